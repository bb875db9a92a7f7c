import { NodeId, type Participant, type SignalKind } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { envelope } from '../test/open-core.ts';
import { peer } from '../test/samples.ts';
import type { SignalEnvelope } from './ports/bus.ts';
import type { Session } from './session.ts';
import { SignalTiming } from './signal-timing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A node whose clock is an hour behind that of the cluster. */
function open() {
  const observer = {
    delivered: [] as (readonly [path: string, afterMs: number])[],
    negotiated: [] as number[],
    signalDelivered: (path: string, afterMs: number) => observer.delivered.push([path, afterMs]),
    callNegotiated: (afterMs: number) => observer.negotiated.push(afterMs),
  };
  const clock = { at: (moment: number) => moment + 3_600_000, errorMs: 0 };
  const timing = new SignalTiming({
    ...{ node: NodeId.parse('n1'), clock },
    observer: observer as unknown as ConstructorParameters<typeof SignalTiming>[0]['observer'],
  });
  return { timing, observer };
}

const signalOf = (kind: SignalKind, from: 'n1' | 'n2' = 'n2'): SignalEnvelope => ({
  ...envelope('bob', 'ada', { rev: 1, seat: 2 }),
  ...{ kind, origin: NodeId.parse(from) },
  acceptedAt: performance.now(),
  sentAt: performance.now() + 3_600_000,
});

const participant = (name: string, seat: number): Participant =>
  ({ peerId: peer(name), seat, joinedAt: Date.now() }) as Participant;

const connected = () => ({ isConnected: true }) as Session;

test('a signal is timed by the clock that its two nodes share, be it this process or the cluster', () => {
  const { timing, observer } = open();
  const [local, remote] = [signalOf('offer', 'n1'), signalOf('offer', 'n2')];
  const pair = [participant('bob', 1), participant('ada', 2)] as const;
  vi.advanceTimersByTime(20);
  for (const signal of [local, remote]) timing.delivered(signal, connected(), pair);
  expect(observer.delivered).toEqual([
    ['local', 20],
    ['remote', 20],
  ]);
});

test('what is kept for a client that is away is not timed', () => {
  const { timing, observer } = open();
  const away = { isConnected: false } as Session;
  const pair = [participant('bob', 1), participant('ada', 2)] as const;
  timing.delivered(signalOf('answer'), away, pair);
  expect([observer.delivered, observer.negotiated]).toEqual([[], []]);
});

test('the first answer between two is timed from when the later of them came', () => {
  const { timing, observer } = open();
  const ada = connected();
  const bob = participant('bob', 1);
  vi.advanceTimersByTime(10_000);
  const pair = [bob, participant('ada', 2)] as const;
  vi.advanceTimersByTime(700);
  timing.delivered(signalOf('offer'), ada, pair);
  timing.delivered(signalOf('answer'), ada, pair);
  vi.advanceTimersByTime(5_000);
  timing.delivered(signalOf('answer'), ada, pair);
  expect(observer.negotiated).toEqual([700]);
  // Bob leaves and comes in anew: that is another call.
  const again = [participant('bob', 3), pair[1]] as const;
  vi.advanceTimersByTime(300);
  timing.delivered(signalOf('answer'), ada, again);
  // Much later there is an answer to somebody who came back here: about a change, not a beginning.
  vi.advanceTimersByTime(61_000);
  timing.delivered(signalOf('answer'), connected(), again);
  expect(observer.negotiated).toEqual([700, 300]);
});
