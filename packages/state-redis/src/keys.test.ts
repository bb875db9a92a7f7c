import { type RoomRef, randomId } from '@switchboard/core';
import { NodeId, PeerId, RoomId, TenantId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { Keys, partitions } from './keys.ts';

const keys = new Keys('test:');
const roomOf = (roomId: string, tenant = 'default'): RoomRef => ({
  tenant: TenantId.parse(tenant),
  roomId: RoomId.parse(roomId),
});

/** What Redis Cluster hashes of a key: what is between the first { and the next }. */
function hashTagOf(key: string): string {
  const [, tag] = /\{([^}]+)\}/.exec(key) ?? [];
  if (tag === undefined) throw new Error(`${key} has no hash tag`);
  return tag;
}

const odd = ['a{b}c', '}{', '{}', '{p1}', 'a:b:members', '', '😀'].map((name) => `x${name}`);

test.each(['consultation', ...odd])('all keys of a room are in one slot: %s', (name) => {
  const tags = new Set(keys.room(roomOf(name)).map(hashTagOf));
  expect(tags.size).toBe(1);
  expect([...tags][0]).toMatch(/^p\d+$/);
});

test.each(['ada', ...odd])('all keys of a session are in one slot: %s', (name) => {
  const tags = keys.session(PeerId.parse(name)).map(hashTagOf);
  expect(new Set(tags).size).toBe(1);
});

test('no two rooms share a key, whatever names are chosen', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `r${index}`);
  // Whoever chooses room ids can choose those that look like another room's keys.
  const alike = names.flatMap((name) => [
    name,
    ...['members', 'nodes', 'room', 'session'].flatMap((kind) => [
      `${name}:${kind}`,
      `${kind}:${name}`,
      `${kind}:default:${name}`,
    ]),
  ]);
  const rooms = [...alike.map((name) => roomOf(name)), roomOf('b', 'a'), roomOf('a', 'b')];
  // The last key is that of the partition, which its rooms do share.
  const all = rooms.flatMap((room) => keys.room(room).slice(0, 3));
  expect(new Set(all).size).toBe(3 * rooms.length);
});

describe('names of keys', () => {
  test('are stable: what is stored under them outlives the version that wrote it', () => {
    expect(keys.room(roomOf('consultation'))[0]).toBe('test:{p185}:room:default:consultation');
    expect(keys.room(roomOf('42', 'acme'))[0]).toBe('test:{p169}:room:acme:42');
  });

  test('and of channels begin with the prefix of the installation', () => {
    const all = [
      ...keys.room(roomOf('a')),
      ...keys.session(PeerId.parse('ada')),
      ...keys.leases(),
      keys.channel(NodeId.parse('n1')),
    ];
    for (const key of all) expect(key.startsWith('test:')).toBe(true);
  });
});

test('rooms are spread over all partitions, and evenly', () => {
  const count = 64 * partitions.length;
  const rooms = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const tag = hashTagOf(keys.room(roomOf(`room-${index}`))[0]);
    rooms.set(tag, (rooms.get(tag) ?? 0) + 1);
  }
  expect(rooms.size).toBe(partitions.length);
  // Six standard deviations of what chance alone would make of an average of 64.
  expect(Math.max(...rooms.values())).toBeLessThan(64 + 48);
  expect(Math.min(...rooms.values())).toBeGreaterThan(64 - 48);
});

test('random names are spread as evenly as counted ones', () => {
  const rooms = new Map<string, number>();
  for (let index = 0; index < 64 * partitions.length; index++) {
    const tag = hashTagOf(keys.room(roomOf(randomId()))[0]);
    rooms.set(tag, (rooms.get(tag) ?? 0) + 1);
  }
  expect(rooms.size).toBe(partitions.length);
  expect(Math.max(...rooms.values())).toBeLessThan(64 + 64);
});
