import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import { stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a census counts every room where its first member is, and sessions by their state', async () => {
  const { core, enter, open: openSession } = await openCore();
  const ada = await enter('ada', stateOf(2, ['bob@1@n2', 'ada@2']));
  await openSession('eve');
  expect(core.census()).toMatchObject({
    sessions: { connected: 2, detached: 0 },
    ...{ participants: 1, localRooms: 1, rooms: 0 },
  });
  // What the store says to that is another matter.
  void core.connectionLost(ada);
  ada.deliver({ type: 'draining', reconnectInMs: 1 });
  expect(core.census()).toMatchObject({ sessions: { connected: 1, detached: 1 }, backlog: 1 });
});

test('a room whose first member is here is counted here', async () => {
  const { core, enter } = await openCore();
  await enter('ada', stateOf(2, ['ada@1', 'bob@2@n2']));
  expect(core.census()).toMatchObject({ localRooms: 1, rooms: 1 });
});
