import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { ConfigError } from '../environment-values.ts';
import { ConfiguredIceServers } from './configured-ice-servers.ts';

const TURN_SECRET = 'a secret of the two';
const TURN_URLS = 'turn:turn.example:3478?transport=udp, turns:[2001:db8::1]:443?transport=tcp';
const now = 1_800_000_000_123;

const serversOf = (environment: NodeJS.ProcessEnv) =>
  new ConfiguredIceServers(readConfig(environment).ice, () => now);

describe('SPEC 15.2: credentials', () => {
  const servers = serversOf({ STUN_URLS: 'stun:stun.example', TURN_URLS, TURN_SECRET });

  test('are those of the TURN REST API, and good for an hour', () => {
    expect(servers.issue({ id: 'peer', expiresAt: null })).toEqual({
      iceServers: [
        { urls: ['stun:stun.example'] },
        {
          urls: ['turn:turn.example:3478?transport=udp', 'turns:[2001:db8::1]:443?transport=tcp'],
          username: '1800003600:peer',
          // printf '1800003600:peer' | openssl dgst -sha1 -hmac "$TURN_SECRET" -binary | base64
          credential: 'Si9Hv0il6+XtDubIFQT6l9UysJg=',
        },
      ],
      expiresAt: 1_800_003_600_000,
    });
  });

  test('do not outlast the token of their client', () => {
    const expiresAt = now + 90_500;
    const issued = servers.issue({ id: 'peer', expiresAt });
    expect(issued.expiresAt).toBe(1_800_000_090_000);
    expect(issued.iceServers[1]?.username).toBe('1800000090:peer');
    expect(servers.issue({ id: 'peer', expiresAt: now + 10 * 3_600_000 }).expiresAt).toBe(
      1_800_003_600_000,
    );
  });
});

describe('SPEC 15.1: servers', () => {
  test('are none where none are configured', () => {
    expect(serversOf({}).issue({ id: 'peer', expiresAt: 17 })).toEqual({ iceServers: [] });
  });

  test('of STUN alone take no credentials, which could expire', () => {
    const servers = serversOf({ STUN_URLS: 'stun:a.example,stuns:b.example:5349' });
    expect(servers.issue({ id: 'peer', expiresAt: null })).toEqual({
      iceServers: [{ urls: ['stun:a.example', 'stuns:b.example:5349'] }],
    });
  });
});

describe('the environment', () => {
  const complaint = (environment: NodeJS.ProcessEnv) => {
    try {
      readConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return null;
  };

  test.each([
    ['STUN_URLS', ['stun.example', 'stun://stun.example', 'turn:a.example', 'stun:a.example,']],
    ['TURN_URLS', ['stun:a.example', 'turn:a b', 'turn:a.example?transport=sctp', 'http://a']],
    ['TURN_SECRET', ['too short']],
  ])('with a wrong %s makes no node', (name, values) => {
    for (const value of values) {
      const message = complaint({ TURN_SECRET, [name]: value });
      expect(message, value).toMatch(new RegExp(`^${name}`));
      expect(message).not.toContain(value);
    }
  });

  test('with TURN servers takes the secret that they share', () => {
    expect(complaint({ TURN_URLS })).toMatch(/^TURN_SECRET: /);
    expect(complaint({ TURN_SECRET })).toBeNull();
  });
});
