import { AppointmentId, defaultTenant, limits, NodeId, RoomId } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryBackend } from './memory-backend.ts';

const assignmentMs = limits.preparedRoomMs + limits.roomKeepMsMax;
const [first, second] = [RoomId.parse('first'), RoomId.parse('second')];
const visit = AppointmentId.parse('visit 17');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('SPEC 10.2, 10.7: an appointment has its room for as long as that may exist, since it was asked for last', async () => {
  const { records } = new MemoryBackend().connect(NodeId.parse('n1'));
  const assign = (proposed: RoomId | null) => records.assign(defaultTenant, visit, proposed);
  const pass = async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    await records.expire({ index: 0, of: 1 });
  };
  await assign(first);
  await pass(assignmentMs - 1);
  // To read it is not to ask for it; whoever prepares the room again does.
  expect([await assign(null), await assign(second)]).toEqual([first, first]);
  await pass(assignmentMs - 1);
  expect(await assign(null)).toBe(first);
  await pass(1);
  expect([await assign(null), await assign(second)]).toEqual([null, second]);
});
