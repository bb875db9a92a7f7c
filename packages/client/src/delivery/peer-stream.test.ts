import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SwitchboardError } from '../errors.ts';
import { type OutgoingSignal, PeerStream } from './peer-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What becomes of one signal on its way: how often it arrives, each after how many ms. */
type Fate = (signal: OutgoingSignal) => number[] | 'refused' | 'forbidden';

/** Two sides and the way between them, of which a test decides what it does. */
function connect(fate: Fate) {
  const arrived: { ada: unknown[]; bob: unknown[] } = { ada: [], bob: [] };
  let sent = 0;
  const full: string[] = [];
  const side = (own: 'ada' | 'bob', other: 'ada' | 'bob'): PeerStream =>
    new PeerStream({
      own,
      other,
      deliver: (_kind, data) => arrived[own].push(data),
      onFull: () => full.push(own),
      transmit: async (signal) => {
        sent += 1;
        const what = fate(signal);
        if (what === 'refused') throw SwitchboardError.local('not_connected');
        if (what === 'forbidden') throw SwitchboardError.local('closed');
        const copy: OutgoingSignal = structuredClone(signal);
        for (const ms of what) {
          setTimeout(() => sides[other].receive(copy.kind, copy.data, copy.delivery), ms);
        }
      },
    });
  const sides = { ada: side('ada', 'bob'), bob: side('bob', 'ada') };
  return { ...sides, arrived, full, sent: () => sent };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A small generator that gives the same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('SPEC 8: signals between two instances', () => {
  const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : numbers(50);
  test.each(seeds)(
    'arrive exactly once and in order over a way that loses, repeats and reorders (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const way = connect(() => {
        const luck = random();
        if (luck < 0.3) return [];
        if (luck < 0.4) return 'refused';
        const late = () => Math.floor(random() * 1_500);
        return luck < 0.6 ? [late(), late()] : [late()];
      });
      const promises = numbers(60).flatMap((number) => [
        way.ada.send('custom', number),
        way.bob.send('custom', number),
      ]);
      const settled = Promise.allSettled(promises);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(way.arrived.bob).toEqual(numbers(60));
      expect(way.arrived.ada).toEqual(numbers(60));
      expect((await settled).every(({ status }) => status === 'fulfilled')).toBe(true);
    },
  );

  test('are acknowledged after 250 ms, with one bare acknowledgement for all', async () => {
    const acks: OutgoingSignal[] = [];
    const way = connect((signal) => {
      if (signal.kind === 'ack') acks.push(signal);
      return [1];
    });
    for (const number of numbers(10)) void way.ada.send('custom', number);
    await vi.advanceTimersByTimeAsync(250);
    expect(acks).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(10);
    expect(acks.map(({ delivery }) => delivery)).toEqual([{ from: 'bob', to: 'ada', ack: 10 }]);
    expect(way.sent()).toBe(11);
  });

  test('carry the acknowledgement when something goes the other way anyhow', async () => {
    const way = connect(() => [1]);
    void way.ada.send('offer', 'offer');
    await vi.advanceTimersByTimeAsync(10);
    void way.bob.send('answer', 'answer');
    await vi.advanceTimersByTimeAsync(255);
    // The offer, the answer with its acknowledgement, and the one for the answer.
    expect(way.sent()).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(way.sent()).toBe(3);
  });

  test('are sent again after 1 s, 2 s, 4 s and then every 8 s while nothing comes back', async () => {
    const way = connect(() => []);
    void way.ada.send('custom', 0).catch(() => undefined);
    const counts: number[] = [];
    for (const ms of [999, 1, 1_999, 1, 3_999, 1, 7_999, 1, 7_999, 1]) {
      await vi.advanceTimersByTimeAsync(ms);
      counts.push(way.sent());
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
    way.ada.close(SwitchboardError.local('peer_gone'));
  });

  test('are sent again at once when the way is open again', async () => {
    let isOpen = false;
    const way = connect(() => (isOpen ? [1] : 'refused'));
    for (const number of numbers(5)) void way.ada.send('custom', number);
    isOpen = true;
    way.ada.resend();
    await vi.advanceTimersByTimeAsync(2);
    expect(way.arrived.bob).toEqual(numbers(5));
  });

  test('that the cluster will never take are skipped, and those behind them arrive', async () => {
    const way = connect(({ data }) => (data === 1 ? 'forbidden' : [1]));
    const sent = numbers(3).map((number) => way.ada.send('custom', number));
    const settled = Promise.allSettled(sent);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(way.arrived.bob).toEqual([0, 2]);
    expect(await settled).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'closed' } },
      { status: 'fulfilled' },
    ]);
  });

  test('are refused when 256 wait already, and those that wait still arrive', async () => {
    let isOpen = false;
    const way = connect(() => (isOpen ? [1] : []));
    const sent = numbers(256).map((number) => way.ada.send('custom', number));
    expect(way.full).toEqual([]);
    for (const number of [256, 257]) {
      await expect(way.ada.send('custom', number)).rejects.toMatchObject({ code: 'queue_full' });
    }
    expect(way.full).toEqual(['ada']);
    isOpen = true;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(way.arrived.bob).toEqual(numbers(256));
    await Promise.all(sent);
    isOpen = false;
    const more = numbers(257).map((number) => way.ada.send('custom', number));
    await expect(more.at(-1)).rejects.toMatchObject({ code: 'queue_full' });
    expect(way.full).toEqual(['ada', 'ada']);
    isOpen = true;
    await vi.advanceTimersByTimeAsync(120_000);
    await Promise.all(more.slice(0, -1));
  });

  test('of another page load are passed over', () => {
    const way = connect(() => [1]);
    way.bob.receive('custom', 'old', { from: 'ada before', to: 'bob', number: 1 });
    way.bob.receive('custom', 'old', { from: 'ada', to: 'bob before', number: 1 });
    expect(way.arrived.bob).toEqual([]);
  });

  test('fail with peer_gone when the other side is gone for good', async () => {
    const way = connect(() => []);
    const sent = way.ada.send('custom', 0);
    way.ada.close(SwitchboardError.local('peer_gone'));
    await expect(sent).rejects.toMatchObject({ code: 'peer_gone' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(way.sent()).toBe(1);
  });
});
