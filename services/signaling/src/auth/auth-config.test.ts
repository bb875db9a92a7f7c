import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { ConfigError } from '../environment-values.ts';

const secret = 's'.repeat(32);
const production = { NODE_ENV: 'production' };

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

describe('who is let in', () => {
  test('is everybody in development, and who has a token in production', () => {
    expect(readConfig({}).auth.mode).toBe('open');
    expect(readConfig({ ...production, JWT_SECRET: secret }).auth.mode).toBe('required');
  });

  test('is as AUTH_MODE says, where it says so', () => {
    expect(readConfig({ ...production, AUTH_MODE: 'open' }).auth.mode).toBe('open');
    const required = readConfig({ AUTH_MODE: 'required', JWKS_URL: 'https://issuer.example/k' });
    expect(required.auth).toMatchObject({
      mode: 'required',
      jwksUrl: 'https://issuer.example/k',
      jwtSecret: null,
    });
  });

  test.each([
    ['in production, where nothing is said', production],
    ['in production, where the variables are set to nothing', { ...production, JWT_SECRET: '' }],
    [
      'in production, with a secret that verifies nothing',
      { ...production, INTERNAL_SECRET: secret },
    ],
    ['where tokens are required', { AUTH_MODE: 'required' }],
  ])('would be nobody %s: the node does not start', (_, environment) => {
    expect(complaint(environment)).toMatch(/^JWT_SECRET: .*JWKS_URL.*AUTH_MODE=open/);
  });

  test('is a matter of two words', () => {
    expect(complaint({ AUTH_MODE: 'closed' })).toMatch(/^AUTH_MODE: /);
  });
});

describe('secrets', () => {
  test.each([
    ['JWT_SECRET', 's'.repeat(31)],
    ['INTERNAL_SECRET', 's'.repeat(31)],
    ['JWKS_URL', 'file:///keys.json'],
    ['JWKS_URL', 'issuer.example/keys'],
  ])('%s that is %s is refused, and not repeated', (name, value) => {
    const message = complaint({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: `));
    expect(message).not.toContain(value);
  });

  test('have their length in bytes', () => {
    expect(readConfig({ JWT_SECRET: 'é'.repeat(16) }).auth.jwtSecret).toBe('é'.repeat(16));
  });

  test('are none where none are set', () => {
    expect(readConfig({}).auth).toEqual({
      mode: 'open',
      jwtSecret: null,
      jwksUrl: null,
      issuer: null,
      audience: null,
      internalSecret: null,
    });
  });
});
