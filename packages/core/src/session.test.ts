import { JsonText } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { connect } from '../test/resume-session.ts';
import { openSession, peer, room } from '../test/samples.ts';
import type { Notice } from './index.ts';
import { roomKey } from './room-key.ts';

const key = roomKey(room);
const otherKey = roomKey({ ...room, roomId: 'another' as typeof room.roomId });

/** A task that runs until the test ends it. */
function task(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const run = async () => {
    log.push(`${name} begins`);
    await promise.finally(() => log.push(`${name} ends`));
  };
  return { run, resolve, reject };
}

describe('what changes a session’s membership of a room is done in turn', () => {
  test('each task begins when the one before it has ended', async () => {
    const session = openSession('ada');
    const log: string[] = [];
    const [first, second] = [task(log, 'first'), task(log, 'second')];
    const firstDone = session.inTurn(key, first.run);
    const secondDone = session.inTurn(key, second.run);
    second.resolve();
    expect(log).toEqual(['first begins']);
    first.resolve();
    await firstDone;
    await secondDone;
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  test('a task begins at once when nothing is before it', async () => {
    const session = openSession('ada');
    const log: string[] = [];
    const only = task(log, 'only');
    const done = session.inTurn(key, only.run);
    expect(log).toEqual(['only begins']);
    only.resolve();
    await done;
    const next = task(log, 'next');
    const nextDone = session.inTurn(key, next.run);
    expect(log.at(-1)).toBe('next begins');
    next.resolve();
    await nextDone;
  });

  test('one that fails tells its own caller, and holds nobody up', async () => {
    const session = openSession('ada');
    const log: string[] = [];
    const [first, second] = [task(log, 'first'), task(log, 'second')];
    const firstDone = session.inTurn(key, first.run);
    const secondDone = session.inTurn(key, second.run);
    second.resolve();
    first.reject(new Error('lost'));
    await expect(firstDone).rejects.toThrow('lost');
    await expect(secondDone).resolves.toBeUndefined();
    expect(log.at(-1)).toBe('second ends');
  });

  test('rooms do not wait for each other, and neither do sessions', () => {
    const [ada, bob] = [openSession('ada'), openSession('bob')];
    const log: string[] = [];
    void ada.inTurn(key, task(log, 'ada here').run);
    void ada.inTurn(otherKey, task(log, 'ada there').run);
    void bob.inTurn(key, task(log, 'bob here').run);
    expect(log).toEqual(['ada here begins', 'ada there begins', 'bob here begins']);
  });

  test('many are done in the order of calls', async () => {
    const session = openSession('ada');
    const order: number[] = [];
    const all = Array.from({ length: 100 }, (_, index) =>
      session.inTurn(key, async () => {
        await Promise.resolve();
        order.push(index);
      }),
    );
    await Promise.all(all);
    expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe('SPEC 5.6: a connection that comes about when its session is over', () => {
  test.each(['replaced', 'reconnect', 'expired'] as const)(
    'is closed for the same reason: %s',
    (reason) => {
      const session = openSession('ada');
      session.close(reason);
      expect(connect(session).told).toEqual([`closed: ${reason}`]);
      expect(session.isConnected).toBe(false);
    },
  );
});

test('a session is raised to a higher epoch, and never to a lower one', () => {
  const session = openSession('ada');
  const { binding } = session;
  for (const epoch of [4, 3]) session.raise(epoch);
  expect(session.binding).toEqual({ ...binding, epoch: 4 });
  expect(session.record.binding).toEqual({ ...binding, epoch: 4 });
});

describe('SPEC 5.5: what is kept for a client without a connection', () => {
  const signal = (data: string): Notice => ({
    ...{ type: 'signal', roomId: room.roomId, from: peer('bob'), signalKind: 'custom', data },
    delivery: undefined,
  });

  test('has its data read: a text would keep all that came with it in memory', () => {
    const session = openSession('ada');
    session.deliver({ ...signal(''), data: new JsonText('{"sdp":"v=0"}') } as Notice);
    expect(session.takeBacklog()).toEqual([{ ...signal(''), data: { sdp: 'v=0' } }]);
  });

  test.each([
    ['256 events', 'x', 256],
    ['512 KiB of signals', 'x'.repeat(60_000), 8],
  ])('is at most %s, without holes', (_, data, most) => {
    const session = openSession('ada');
    for (let count = 0; count < 300; count += 1) session.deliver(signal(data));
    session.deliver(signal('small'));
    const { told } = connect(session);
    expect(told).toHaveLength(most);
    // What is kept has been taken, and there is room again.
    const outlet = session.outlet;
    session.detach(outlet);
    session.deliver(signal('small'));
    expect(session.takeBacklog()).toEqual([signal('small')]);
  });
});
