import { TokenBucket } from '@switchboard/core';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { partyOf, remoteAddressOf } from './remote-address.ts';
import { Shares } from './shares.ts';
import { trustedProxies } from './trusted-proxies.ts';

const request = (remoteAddress: string, forwarded?: string) => ({
  socket: { remoteAddress },
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

const behind = (proxies: string, remoteAddress: string, forwarded?: string) =>
  remoteAddressOf(request(remoteAddress, forwarded), trustedProxies(proxies));

describe('SPEC 2.9: the address of a client', () => {
  test('is the other end of its connection, whatever it says, unless that is trusted', () => {
    expect(behind('loopback', '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(behind('none', '127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
    expect(behind('loopback', '10.0.0.1', '198.51.100.1')).toBe('10.0.0.1');
    expect(behind('private', '10.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
  });

  test('is what the last load balancer has added, and not what the client had written before', () => {
    expect(behind('loopback', '127.0.0.1', '1.1.1.1, 198.51.100.1')).toBe('198.51.100.1');
    const chain = 'loopback, 192.0.2.0/24';
    expect(behind(chain, '127.0.0.1', '1.1.1.1, 198.51.100.1, 192.0.2.9')).toBe('198.51.100.1');
  });

  test('is the one that could be read last', () => {
    for (const nonsense of ['', 'unknown', '198.51.100.1:4711', '_hidden']) {
      expect(behind('loopback', '127.0.0.1', nonsense)).toBe('127.0.0.1');
    }
    expect(behind('loopback', '::1', 'unknown, 198.51.100.1')).toBe('198.51.100.1');
  });

  test('is an IPv4 address, also when it comes over IPv6', () => {
    expect(behind('loopback', '::ffff:127.0.0.1', '::FFFF:198.51.100.1')).toBe('198.51.100.1');
    expect(behind('10.0.0.0/8', '::ffff:10.9.8.7', '2001:db8::1')).toBe('2001:db8::1');
  });

  test('is the same for HTTP and for Socket.IO', async () => {
    const isTrusted = trustedProxies('loopback,192.0.2.0/24');
    const app = Fastify({ trustProxy: (address) => isTrusted(address) });
    app.get('/', ({ ip, raw }) => ({ ip, own: remoteAddressOf(raw, isTrusted) }));
    for (const forwarded of [
      '1.1.1.1',
      '1.1.1.1, 192.0.2.1',
      '192.0.2.1, 2001:db8::1',
      '192.0.2.1',
    ]) {
      const headers = { 'x-forwarded-for': forwarded };
      const { ip, own } = (await app.inject({ url: '/', headers })).json();
      expect(own).toBe(ip);
    }
    await app.close();
  });

  test('counts with its network where it is one of IPv6', () => {
    expect(partyOf('198.51.100.1')).toBe('198.51.100.1');
    const network = '2001:db8:1:2::/64';
    for (const one of ['2001:db8:1:2::', '2001:0DB8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::9']) {
      expect(partyOf(one)).toBe(network);
    }
    expect(partyOf('2001:db8:1:3::9')).not.toBe(network);
    expect(partyOf('::1')).toBe('0:0:0:0::/64');
    expect(partyOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
  });
});

describe('what is kept of a party', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const open = () => new Shares({ messages: { perSecond: 10, burst: 20 } });

  test('is one thing for all of its connections', () => {
    const shares = open();
    expect(shares.of('a')).toBe(shares.of('a'));
    expect(shares.of('a')).not.toBe(shares.of('b'));
    expect(shares.size).toBe(2);
  });

  test('is forgotten when it has no connection, and only then', () => {
    const shares = open();
    const share = shares.of('a');
    share.connections = 1;
    shares.forgetIdle();
    expect(shares.size).toBe(1);
    share.connections = 0;
    shares.forgetIdle();
    expect(shares.size).toBe(0);
  });

  test('is kept until forgetting it gives nothing away', () => {
    const shares = open();
    for (let message = 0; message < 20; message++) {
      shares.of('a').buckets.messages.take(performance.now());
    }
    vi.advanceTimersByTime(1_900);
    shares.forgetIdle();
    expect(shares.size).toBe(1);
    vi.advanceTimersByTime(100);
    shares.forgetIdle();
    expect(shares.size).toBe(0);
  });
});

test('a bucket is full when nothing has been taken, and again when it has been refilled', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
  expect(bucket.isFull(0)).toBe(true);
  bucket.take(0);
  expect([bucket.isFull(99), bucket.isFull(100)]).toEqual([false, true]);
});
