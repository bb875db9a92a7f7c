import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, variableNames } from './config.ts';
import { ConfigError } from './environment-values.ts';

/** What is wrong, one line a variable. */
function complaint(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the environment was accepted');
}

const numbers = ['abc', '1.5', '-1', '0x10', '1e3', ' ', 'NaN', 'Infinity'];
const counts = [...numbers, '0'];

/** For each variable what cannot be meant, and what its refusal says of what is expected. */
const wrong: Readonly<Record<string, readonly [values: readonly string[], expected: RegExp]>> = {
  NODE_ENV: [['prod', 'PRODUCTION'], /"development"\|"test"\|"production"/],
  PORT: [[...numbers, '65536'], /number|65535/i],
  OPS_PORT: [[...numbers, '65536'], /number|65535/i],
  REDIS_URL: [['http://localhost', 'localhost:6379', 'redis://'], /redis:\/\/|URL|host/],
  KEY_PREFIX: [['a b', '{', 'x'.repeat(65), 'ä'], /must be 1 to 64 of letters/],
  NODE_ID: [['n.1', 'a b', 'x'.repeat(65)], /must be 1 to 64 letters/],
  LOG_LEVEL: [['verbose', 'INFO'], /"fatal"/],
  CLIENT_BASE_URL: [['localhost:4000', 'ftp://a.example'], /http/],
  USERS_FILE: [['no/such/file.json'], /file that can be read/],
  SFU_NODES: [['sfu 1', 'a,,b', 'x'.repeat(65)], /visible characters/],
  ROOM_CAPACITY: [[...counts, '201'], /number|>=1|<=200/i],
  MAX_ROOMS_PER_SESSION: [[...counts, '1001'], /number|>=1|<=1000/i],
  COMMANDS_PER_SECOND: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  PING_INTERVAL_MS: [[...counts, '60001'], /number|>=1|<=60000/i],
  PING_TIMEOUT_MS: [[...counts, '60001'], /number|>=1|<=60000/i],
  OUTBOUND_MESSAGES: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  OUTBOUND_BYTES: [[...counts, '1000000001'], /number|>=1|<=1000000000/i],
  TRUST_PROXY: [
    ['everybody', '10.0.0.0/33', '10.0.0/8', '::1/129', '1.2.3.4/8/8', 'loopback,'],
    /is no address, no range, and none of/,
  ],
  MAX_CONNECTIONS_PER_ADDRESS: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  CONNECTIONS_PER_SECOND_PER_ADDRESS: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  COMMANDS_PER_SECOND_PER_ADDRESS: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  COMMANDS_PER_SECOND_PER_USER: [[...counts, '1000001'], /number|>=1|<=1000000/i],
  DRAIN_NOTICE_MS: [[...numbers, '600001'], /number|<=600000/i],
  DRAIN_DEADLINE_MS: [[...numbers, '600001'], /number|<=600000/i],
};

const cases = Object.entries(wrong).flatMap(([name, [values, expected]]) =>
  values.map((value) => ({ name, value, expected })),
);

describe('a wrong value stops the start', () => {
  test.each(cases)('$name=$value', ({ name, value, expected }) => {
    const message = complaint({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: `));
    expect(message).toMatch(expected);
  });

  test('with all the variables that are wrong, a line for each', () => {
    const message = complaint({ PORT: 'x', NODE_ID: 'n.1', ROOM_CAPACITY: '0' });
    const names = message.split('\n').map((line) => line.split(':')[0]);
    expect(names.toSorted()).toEqual(['NODE_ID', 'PORT', 'ROOM_CAPACITY']);
  });

  test('without repeating what may be secret', () => {
    const secrets = {
      REDIS_URL: 'http://user:hunter2@localhost',
      JWT_SECRET: 'hunter2',
      INTERNAL_SECRET: 'hunter2',
    };
    for (const [name, value] of Object.entries(secrets)) {
      expect(complaint({ [name]: value })).not.toContain('hunter2');
    }
  });

  test('a heartbeat too slow for clients to leave a frozen node in time', () => {
    const message = complaint({ PING_INTERVAL_MS: '8000', PING_TIMEOUT_MS: '4001' });
    expect(message).toMatch(/^PING_INTERVAL_MS: .*12000/);
    expect(readConfig({ PING_INTERVAL_MS: '8000', PING_TIMEOUT_MS: '4000' })).toBeDefined();
  });

  test('a port so high that there is none for operators above it', () => {
    expect(complaint({ PORT: '64600' })).toMatch(/^OPS_PORT: /);
    expect(readConfig({ PORT: '64600', OPS_PORT: '9000' }).opsPort).toBe(9_000);
  });

  test('one port for the world and for operators', () => {
    expect(complaint({ PORT: '4000', OPS_PORT: '4000' })).toMatch(/^OPS_PORT: /);
  });
});

describe('an environment', () => {
  test('without anything in it makes a node for development', () => {
    expect(readConfig({})).toMatchObject({
      environment: 'development',
      host: '0.0.0.0',
      port: 4000,
      opsPort: 5000,
      redis: null,
      logLevel: 'info',
      corsOrigins: ['*'],
      roomCapacity: 50,
      maxRoomsPerSession: 20,
      commandsPerSecond: 250,
    });
  });

  test('in which variables are set to nothing is as if they were not set', () => {
    const names = [...Object.keys(wrong), 'HOST', 'CORS_ORIGIN', 'AUTH_MODE', 'JWT_SECRET'];
    const { nodeId: _, ...config } = readConfig(
      Object.fromEntries(names.map((name) => [name, ''])),
    );
    const { nodeId: __, ...byDefault } = readConfig({});
    expect(config).toEqual(byDefault);
  });

  test('gives every node a name of its own, unless it names one', () => {
    expect(readConfig({ NODE_ID: 'n1' }).nodeId).toBe('n1');
    const names = Array.from({ length: 100 }, () => readConfig({}).nodeId);
    expect(new Set(names).size).toBe(100);
  });

  test('makes a configuration that nobody can change', () => {
    const config = readConfig({});
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });

  test('names origins in a list; in production there are none by default', () => {
    const origins = (environment: NodeJS.ProcessEnv) => readConfig(environment).corsOrigins;
    const production = { NODE_ENV: 'production', AUTH_MODE: 'open' };
    expect(origins({ CORS_ORIGIN: 'https://a.example, https://b.example' })).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
    expect(origins(production)).toEqual([]);
    expect(origins({ ...production, CORS_ORIGIN: '*' })).toEqual(['*']);
  });

  test('port 0 asks for any free port, for operators too', () => {
    expect(readConfig({ PORT: '0' })).toMatchObject({ port: 0, opsPort: 0 });
  });
});

test('the README lists the variables that a node reads, and no others', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const listed = readme
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => line.split('|')[1]?.match(/[A-Z][A-Z0-9_]+/g) ?? []);
  expect(listed.toSorted()).toEqual(variableNames.toSorted());
});
