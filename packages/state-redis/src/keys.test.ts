import { type CallRef, callRef, type RoomRef, randomId, type UserRef } from '@switchboard/core';
import { CallId, NodeId, PeerId, RoomId, TenantId, UserId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { Keys, parseCallName, partitions } from './keys.ts';

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

const userOf = (userId: string, tenant = 'default'): UserRef => ({
  tenant: TenantId.parse(tenant),
  userId: UserId.parse(userId),
});
const callOf = (first: string, second: string, callId = 'c1', tenant = 'default'): CallRef =>
  callRef(userOf(first, tenant), UserId.parse(second), CallId.parse(callId));

test.each(['ada', ...odd])('all keys of a user are in one slot: %s', (name) => {
  const user = userOf(name);
  const tags = [...keys.user(user), ...keys.userPrefixes(keys.userPartition(user))].map(hashTagOf);
  expect(new Set(tags).size).toBe(1);
});

test.each(['bob', ...odd])(
  'all keys of calls between two are in one slot, whoever calls: %s',
  (name) => {
    const all = [callOf('ada', name), callOf(name, 'ada', 'another')];
    const tags = all.flatMap((ref) => [...keys.call(ref), keys.callPrefix(ref)]).map(hashTagOf);
    expect(new Set(tags).size).toBe(1);
  },
);

test('no two users, and no two calls, share a key, whatever names are chosen', () => {
  const alike = ['a', 'b', 'a:b', 'b:a', 'default:a', 'a:', ':a', 'a%3Ab', 'a b', '{p1}'];
  const users = [...alike.map((name) => userOf(name)), userOf('a', 'b'), userOf('b', 'a')];
  // The last two keys are those of the partition, which its users do share.
  expect(new Set(users.flatMap((user) => keys.user(user).slice(0, 4))).size).toBe(4 * users.length);
  const pairs = alike.flatMap((one) =>
    alike.flatMap((other) => (one < other ? [[one, other]] : [])),
  );
  const calls = pairs.flatMap(([one = '', other = '']) => [
    ...['c', 'c:d', ':c'].map((id) => callOf(one, other, id)),
    callOf(one, other, 'c', 'acme'),
  ]);
  expect(new Set(calls.map((ref) => keys.call(ref)[0])).size).toBe(calls.length);
  for (const ref of calls) {
    expect(parseCallName(`${keys.pairName(ref)}${ref.callId}`)).toEqual(ref);
  }
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
    expect(keys.user(userOf('ada'))[1]).toBe('test:{p67}:user-sessions:default:ada');
    expect(keys.call(callOf('bob', 'ada'))[0]).toBe('test:{p181}:call:default:ada:bob:c1');
  });

  test('and of channels begin with the prefix of the installation', () => {
    const all = [
      ...keys.room(roomOf('a')),
      ...keys.session(PeerId.parse('ada')),
      ...keys.user(userOf('ada')),
      ...keys.call(callOf('ada', 'bob')),
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
