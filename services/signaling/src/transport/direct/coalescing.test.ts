import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Coalescing } from './coalescing.ts';

const ms = 4;

/** Coalescing on a clock that only moves by hand, and by sleep. */
function start(sleepMs = ms) {
  let now = 1_000;
  const slept: number[] = [];
  const sleep = (duration: number) => {
    slept.push(duration);
    now += duration;
  };
  const coalescing = new Coalescing(sleepMs, { sleep, now: () => now });
  /** A turn that brings a message, and as many without one as it takes to notice. */
  const work = async () => {
    coalescing.note();
    for (let turn = 0; turn < 3; turn++) await endOfTurn();
  };
  const pass = (duration: number) => {
    now += duration;
  };
  return { coalescing, slept, work, pass };
}

test('after a message that came alone nobody sleeps', async () => {
  const { slept, work, pass } = start();
  for (let message = 0; message < 5; message++) {
    await work();
    pass(ms);
  }
  expect(slept).toEqual([]);
});

test('after messages that come close together it sleeps once each time', async () => {
  const { slept, work, pass } = start();
  for (let message = 0; message < 5; message++) {
    await work();
    pass(ms - 1);
  }
  expect(slept).toEqual([ms, ms, ms, ms]);
});

test('what is to be written at the end of a turn is written before it sleeps', async () => {
  const { coalescing, slept, work } = start();
  await work();
  const sleptWhenWritten: number[] = [];
  coalescing.note();
  setImmediate(() => sleptWhenWritten.push(slept.length));
  await work();
  expect({ sleptWhenWritten, slept }).toEqual({ sleptWhenWritten: [0], slept: [ms] });
});

test('while every turn brings something it does not sleep', async () => {
  const { coalescing, slept, work } = start();
  await work();
  for (let turn = 0; turn < 20; turn++) {
    coalescing.note();
    await endOfTurn();
  }
  expect(slept).toEqual([]);
  await work();
  expect(slept).toEqual([ms]);
});

test('for no time it never sleeps', async () => {
  const { slept, work } = start(0);
  for (let message = 0; message < 5; message++) await work();
  expect(slept).toEqual([]);
});

test('the thread sleeps for as long as it is told, and no event wakes it', async () => {
  const coalescing = new Coalescing(50);
  coalescing.note();
  for (let turn = 0; turn < 3; turn++) await endOfTurn();
  const startedAt = performance.now();
  coalescing.note();
  for (let turn = 0; turn < 3; turn++) await endOfTurn();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(50);
});
