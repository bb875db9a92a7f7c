import { posix } from 'node:path';

/** A library that only some folders may import, and why. */
interface LibraryRule {
  readonly libraries: readonly string[];
  readonly folders: readonly string[];
}

const libraryRules: readonly LibraryRule[] = [
  // Everything else speaks to Redis through the ports.
  { libraries: ['ioredis'], folders: ['packages/state-redis/', 'packages/testkit/', 'test/'] },
  // The server only: clients are used in many places. The peers are what Switchboard is measured
  // against, and no part of it.
  {
    libraries: ['socket.io', 'engine.io', 'socket.io-adapter', '@socket.io/redis-adapter'],
    folders: ['services/signaling/src/transport/', 'test/load/peers/'],
  },
];

/** A source file, by its path from the repository's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One sentence for each import that its file may not have. */
export function wrongImports({ path, text }: SourceFile): readonly string[] {
  return importsOf(text).flatMap((specifier) => {
    if (isForbiddenLibrary(path, specifier)) return [`${path} must not import ${specifier}`];
    if (leavesPackage(path, specifier))
      return [`${path} reaches into another package: ${specifier}`];
    return [];
  });
}

/** Static and dynamic imports, re-exports and `require`, type imports included. */
function importsOf(text: string): readonly string[] {
  const pattern = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g;
  return Array.from(text.matchAll(pattern), (match) => match[2] ?? '');
}

function isForbiddenLibrary(path: string, specifier: string): boolean {
  return libraryRules.some(
    ({ libraries, folders }) =>
      libraries.some((name) => specifier === name || specifier.startsWith(`${name}/`)) &&
      !folders.some((folder) => path.startsWith(folder)),
  );
}

/** Whether a relative import gets around the dependencies that the package's manifest declares. */
function leavesPackage(path: string, specifier: string): boolean {
  const home = /^(?:packages|services)\/[^/]+\//.exec(path)?.[0];
  if (home === undefined || !specifier.startsWith('.')) return false;
  return !posix.join(posix.dirname(path), specifier).startsWith(home);
}
