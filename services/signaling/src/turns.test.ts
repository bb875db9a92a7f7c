import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const ms = 4;

/** Turns on a clock that only moves by hand, and by sleep. */
function start(coalesceMs = ms) {
  let now = 1_000;
  /** What was done, in order. */
  const done: string[] = [];
  const sleep = (duration: number) => {
    done.push(`slept ${duration}`);
    now += duration;
  };
  const turns = new Turns(coalesceMs, { sleep, now: () => now });
  const write = (what: string) => turns.add({ flush: () => done.push(what) });
  /** A turn with signals that writes so much. */
  const turn = async (...all: readonly string[]) => {
    for (const what of all) write(what);
    turns.noteSignal();
    await endOfTurn();
  };
  const pass = (duration: number) => {
    now += duration;
  };
  return { done, turns, turn, pass };
}

test('after turns that come far apart nobody sleeps', async () => {
  const { done, turn, pass } = start();
  for (const what of ['a', 'b', 'c']) {
    await turn(what);
    pass(ms);
  }
  expect(done).toEqual(['a', 'b', 'c']);
});

test('after a turn that comes close behind another it sleeps, when all is written', async () => {
  const { done, turn, pass } = start();
  await turn('a', 'b');
  pass(ms - 1);
  await turn('c', 'd');
  await turn('e');
  pass(ms);
  await turn('f');
  expect(done).toEqual(['a', 'b', 'c', 'd', `slept ${ms}`, 'e', `slept ${ms}`, 'f']);
});

test('turns without signals are followed by no sleep', async () => {
  const { done, turns, turn } = start();
  await turn('a');
  for (const what of ['b', 'c']) {
    turns.add({ flush: () => done.push(what) });
    await endOfTurn();
  }
  expect(done).toEqual(['a', 'b', 'c']);
});

test('what a flush has to write is written in the next turn', async () => {
  const { done, turns, turn } = start();
  turns.add({ flush: () => turns.add({ flush: () => done.push('late') }) });
  await turn('a');
  expect(done).toEqual(['a']);
  await turn('b');
  expect(done.slice(0, 3)).toEqual(['a', 'late', 'b']);
});

test('after turns with a lot to write it does not sleep', async () => {
  const { done, turn } = start();
  const many = Array.from({ length: 17 }, (_, index) => `${index}`);
  for (let round = 0; round < 3; round++) await turn(...many);
  expect(done).toEqual([...many, ...many, ...many]);
  await turn(...many.slice(1));
  expect(done.at(-1)).toBe(`slept ${ms}`);
});

test('for no time it never sleeps', async () => {
  const { done, turn } = start(0);
  for (const what of ['a', 'b', 'c']) await turn(what);
  expect(done).toEqual(['a', 'b', 'c']);
});

test('the thread sleeps for as long as it is told, and no event wakes it', async () => {
  const turns = new Turns(50);
  const startedAt = performance.now();
  for (let turn = 0; turn < 2; turn++) {
    turns.add({ flush: () => undefined });
    turns.noteSignal();
    await endOfTurn();
  }
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(50);
});
