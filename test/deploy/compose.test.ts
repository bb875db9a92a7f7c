import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { executable, makeCertificate, repositoryPath } from '@switchboard/testkit';
import { DCLinter } from 'dclint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { nodeVariables } from './support/node-variables.ts';

const folder = repositoryPath('deploy/compose');
const file = join(folder, 'compose.yaml');
const text = await readFile(file, 'utf8');

const Service = z.looseObject({
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()),
});
const { services, volumes } = z
  .looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(text, { merge: true }));
const service = (name: string) => Service.parse(services[name]);
const nodes = ['n1', 'n2', 'n3'];

/** What the linter finds that is more than a matter of taste. */
const substantial = new Set([
  ...[
    'invalid-schema',
    'invalid-yaml',
    'no-duplicate-container-names',
    'no-duplicate-exported-ports',
  ],
  ...['no-version-field', 'service-image-require-explicit-tag'],
]);

const LintResults = z.array(
  z.object({ messages: z.array(z.object({ rule: z.string(), message: z.string() })) }),
);

function complaints(path: string): readonly string[] {
  return LintResults.parse(
    new DCLinter({ rules: {}, exclude: [] } as never).lintFiles([path], false),
  )
    .flatMap(({ messages }) => messages)
    .filter(({ rule }) => substantial.has(rule))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

test('the file is as the Compose Specification has it', async () => {
  expect(complaints(file)).toEqual([]);
  await using broken = await temporaryFolder();
  const path = join(broken.path, 'compose.yaml');
  await writeFile(path, text.replace('healthcheck:', 'healthchek:'));
  expect(complaints(path)).toEqual([expect.stringContaining('invalid-schema')]);
});

test('every file that it mounts is there, and every volume is declared', async () => {
  const mounted = Object.values(services).flatMap(({ volumes: own }) =>
    own.map((each) => sourceOf(each)),
  );
  const paths = mounted.filter((source) => source.startsWith('.'));
  expect(paths.length).toBeGreaterThan(4);
  for (const path of paths) await stat(resolve(folder, path));
  // What is left are volumes, and the certificate, whose place the operator says.
  const others = mounted.filter(
    (source) => !source.startsWith('.') && !source.startsWith('${CERTIFICATE'),
  );
  expect(others.toSorted()).toEqual(Object.keys(volumes).sort());
});

test('every variable that it asks for is in example.env, and each secret must be given', async () => {
  const example = parseEnv(await readFile(join(folder, 'example.env'), 'utf8'));
  const asked = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect([...new Set(asked)].sort()).toEqual([...example].sort());
  for (const [, name, rest = ''] of text.matchAll(
    /(?<!\$)\$\{([A-Z_]*(?:SECRET|PASSWORD))([^}]*)\}/g,
  )) {
    expect(rest, name).toMatch(/^:\?/);
  }
});

describe.each(nodes)('node %s', (name) => {
  test('is named as HAProxy knows it, and set by variables that a node knows', () => {
    const { environment } = service(name);
    expect(environment['NODE_ID']).toBe(name);
    expect(Object.keys(environment).filter((each) => !nodeVariables.has(each))).toEqual([]);
    expect(service('haproxy').environment[`NODE_${name.slice(1)}_ADDRESS`]).toBe(`${name}:4000`);
  });

  test('rule 9: has longer to stop than its drain takes', async () => {
    const [, deadlineMs] =
      /`DRAIN_DEADLINE_MS` +\| (\d+)/.exec(await readFile(repositoryPath('README.md'), 'utf8')) ??
      [];
    const [, seconds] = /^(\d+)s$/.exec(service(name).stop_grace_period ?? '') ?? [];
    expect(Number(seconds) * 1_000).toBeGreaterThanOrEqual(Number(deadlineMs) + 5_000);
  });
});

test('nodes believe HAProxy, and know who can log in by the file that is mounted', () => {
  for (const { environment, volumes: mounted } of nodes.map(service)) {
    expect(environment['TRUST_PROXY']).toBe('private');
    expect(mounted).toEqual([`\${USERS_FILE:-./users.json}:${environment['USERS_FILE']}:ro`]);
  }
});

test('nothing has capabilities, and no signaling part may write to its own files', () => {
  for (const { cap_drop } of Object.values(services)) expect(cap_drop).toEqual(['ALL']);
  for (const name of [...nodes, 'haproxy', 'redis', 'coturn'])
    expect(service(name).read_only).toBe(true);
});

test('HAProxy takes its configuration with the variables of this file', async () => {
  await using place = await temporaryFolder();
  const { cert, key } = await makeCertificate();
  const bundle = join(place.path, 'certificate.pem');
  await writeFile(bundle, `${cert}\n${key}\n`);
  const { environment, volumes: mounted } = service('haproxy');
  const [config = ''] = mounted[0]?.split(':') ?? [];
  const { stderr } = await promisify(execFile)(
    await executable('haproxy'),
    ['-c', '-f', resolve(folder, config)],
    { env: { ...environment, BALANCER_CERT: bundle } },
  );
  expect(stderr).not.toContain('ALERT');
});

test('Prometheus collects from every node and from HAProxy', async () => {
  const { scrape_configs: jobs } = parse(
    await readFile(repositoryPath('deploy/prometheus/prometheus.yml'), 'utf8'),
  );
  const targets = jobs.flatMap((job: { static_configs: { targets: string[] }[] }) =>
    job.static_configs.flatMap((each) => each.targets),
  );
  expect(targets).toEqual([...nodes.map((name) => `${name}:5000`), 'haproxy:8404']);
});

/** What a volume is made of; of a variable, what it is where nobody says. */
const sourceOf = (volume: string): string =>
  (/^\$\{\w+:-([^}]+)\}/.exec(volume) ?? /^([^:]+)/.exec(volume))?.[1] ?? '';

const parseEnv = (lines: string) => [...lines.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'switchboard-compose-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
