import type { WorkspacePackage } from './workspace-packages.ts';

/**
 * Which workspace packages each package may depend on, directly: ARCHITECTURE.md's arrows,
 * `protocol ← core ← state-* ← services`, `protocol ← dialects ← services`,
 * `protocol ← client ← web`. A package that is missing here has no rule, which is a violation.
 */
const allowedDependencies: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ['protocol'],
  'state-memory': ['protocol', 'core'],
  'state-redis': ['protocol', 'core'],
  dialects: ['protocol'],
  client: ['protocol'],
  testkit: ['protocol', 'core'],
  signaling: ['protocol', 'core', 'state-memory', 'state-redis', 'dialects'],
  web: ['protocol', 'client'],
  deploy: ['testkit'],
  test: ['protocol', 'core', 'dialects', 'client', 'testkit', 'state-memory', 'state-redis'],
};

/** What tests may use besides, in `devDependencies`. */
const allowedInTests: readonly string[] = ['testkit'];

/** One sentence for each dependency that points the wrong way; none if all is well. */
export function wrongDirections(packages: readonly WorkspacePackage[]): readonly string[] {
  return packages.flatMap(({ name, dependencies, devDependencies }) => {
    const allowed = allowedDependencies[name];
    if (allowed === undefined) return [`${name} has no rule`];
    const allowedForTests = [...allowed, ...allowedInTests];
    return [
      ...dependencies
        .filter((target) => !allowed.includes(target))
        .map((target) => `${name} must not depend on ${target}`),
      ...devDependencies
        .filter((target) => !allowedForTests.includes(target))
        .map((target) => `${name} must not depend on ${target}, not even in its tests`),
    ];
  });
}

/**
 * The names along one cycle, the first repeated at the end: `['a', 'b', 'a']`; empty if there is
 * none. Development dependencies count: pnpm could not tell which of two packages comes first.
 */
export function findCycle(packages: readonly WorkspacePackage[]): readonly string[] {
  const targets = new Map(
    packages.map(({ name, dependencies, devDependencies }) => [
      name,
      [...dependencies, ...devDependencies],
    ]),
  );
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (finished.has(name)) return [];
    for (const target of targets.get(name) ?? []) {
      const cycle = visit(target, [...path, name]);
      if (cycle.length > 0) return cycle;
    }
    finished.add(name);
    return [];
  };
  for (const { name } of packages) {
    const cycle = visit(name, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
