import { AppointmentId, defaultTenant, limits, NodeId, RoomId } from '@switchboard/protocol';
import { startRedis } from '@switchboard/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { redisBackend } from '../../test/redis-backend.ts';

const assignmentMs = limits.preparedRoomMs + limits.roomKeepMsMax;
const [first, second] = [RoomId.parse('first'), RoomId.parse('second')];
const visit = AppointmentId.parse('visit 17');

test('SPEC 10.2, 10.7: an appointment has its room for as long as that may exist, since it was asked for last', async () => {
  await using server = await startRedis();
  await using backend = redisBackend(server.url);
  using stack = new DisposableStack();
  const operator = stack.adopt(new Redis(server.url), (redis) => redis.disconnect());
  const { records } = await backend.connect(NodeId.parse('n1'));
  const assign = (proposed: RoomId | null) => records.assign(defaultTenant, visit, proposed);
  await assign(first);
  const [key = ''] = await operator.keys(`${backend.keyPrefix}*appointment:*`);
  const left = () => operator.pttl(key);
  const full = async () => {
    expect(await left()).toBeLessThanOrEqual(assignmentMs);
    expect(await left()).toBeGreaterThan(assignmentMs - 60_000);
  };
  await full();
  const almostMs = 100_000;
  await operator.pexpire(key, almostMs);
  // To read it is not to ask for it; whoever prepares the room again does.
  expect(await assign(null)).toBe(first);
  expect(await left()).toBeLessThanOrEqual(almostMs);
  expect(await assign(second)).toBe(first);
  await full();
  // A time that is over already.
  await operator.pexpireat(key, 1);
  expect([await assign(null), await assign(second)]).toEqual([null, second]);
});
