import { describe, expect, test } from 'vitest';
import { parseRedisAddress } from './address.ts';

const plain = { tls: false };

describe('a single Redis', () => {
  test.each([
    'redis://127.0.0.1:6379',
    'redis://localhost',
    'rediss://user:p%40ss@redis.example:6380/3',
    'redis://[::1]:6379',
  ])('is taken as it is written: %s', (url) => {
    expect(parseRedisAddress(url)).toEqual({ kind: 'single', url });
  });
});

describe('a Redis Cluster', () => {
  test('is a list; a port that is not named is 6379', () => {
    expect(parseRedisAddress('redis://a:7001, redis://b,redis://c:7003')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7001 },
        { host: 'b', port: 6379 },
        { host: 'c', port: 7003 },
      ],
      login: plain,
    });
  });

  test('takes login and encryption from its first node', () => {
    const address = parseRedisAddress('rediss://me:s%2Fcret@a:1,rediss://b:2');
    expect(address).toMatchObject({
      kind: 'cluster',
      login: { username: 'me', password: 's/cret', tls: true },
    });
  });

  test('has nodes with addresses of version 6, too', () => {
    const address = parseRedisAddress('redis://[::1]:7001,redis://[fe80::2]:7002');
    expect(address).toMatchObject({ nodes: [{ host: '::1' }, { host: 'fe80::2' }] });
  });
});

describe('a master found by Sentinels', () => {
  test('is named by the path; a port that is not named is 26379', () => {
    expect(parseRedisAddress('redis+sentinel://a,b:5000,c/main')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 5000 },
        { host: 'c', port: 26379 },
      ],
      master: 'main',
      login: plain,
    });
  });

  test('has a login, in which an @ may be', () => {
    const address = parseRedisAddress('redis+sentinel://me:p@ss@a:26379,b:26379/main');
    expect(address).toMatchObject({
      sentinels: [{ host: 'a' }, { host: 'b' }],
      login: { username: 'me', password: 'p@ss' },
    });
  });

  test('may have a password alone', () => {
    const address = parseRedisAddress('redis+sentinel://:secret@a/main');
    expect(address).toMatchObject({ login: { password: 'secret' } });
    expect(address).not.toHaveProperty('login.username');
  });
});

describe('anything else', () => {
  test.each([
    ['', 'is not a URL'],
    ['localhost:6379', 'must begin with redis://'],
    ['http://localhost', 'must begin with redis://'],
    ['redis://a:1,', 'is not a URL'],
    ['redis://a:1,http://b:2', 'must begin with redis://'],
    ['redis://a:99999', 'is not a URL'],
    ['redis+sentinel://a:26379', 'redis+sentinel://host:port'],
    ['redis+sentinel://a:26379/', 'redis+sentinel://host:port'],
    ['redis+sentinel:///main', 'names no host'],
    ['redis+sentinel://a,,b/main', 'names no host'],
    ['redis://a:1,redis://:2', 'is not a URL'],
    ['redis://', 'names no host'],
  ])('is refused with what was expected: %j', (value, reason) => {
    expect(() => parseRedisAddress(value)).toThrow(TypeError);
    expect(() => parseRedisAddress(value)).toThrow(reason);
  });

  test('is refused without the passwords that are in it', () => {
    const wrong = [
      'http://me:hunter2@a',
      'redis://me:hunter2@a:99999',
      'redis+sentinel://:hunter2@a',
    ];
    for (const value of wrong) {
      expect(() => parseRedisAddress(value)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
    }
  });
});
