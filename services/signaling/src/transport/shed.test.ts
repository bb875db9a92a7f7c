import { expect, test } from 'vitest';
import { Shedder } from './shed.ts';

/** A node that has had so many connections for a while, among nodes that have so many on the mean. */
function node(own: number, { percent = 5, tolerancePercent = 10 } = {}) {
  const state = { own, mean: own as number | undefined, closed: [] as number[] };
  const shedder = new Shedder({
    connections: {
      get count() {
        return state.own;
      },
      shed: (count) => {
        state.own -= count;
      },
    },
    meanLoad: () => state.mean,
    percent,
    tolerancePercent,
    onShed: (count) => state.closed.push(count),
  });
  for (let second = 0; second < 5; second += 1) shedder.step();
  return { state, shedder };
}

test('begins over the tolerance, closes a bounded part a second, and ends at the mean', () => {
  const { state, shedder } = node(1_000);
  state.mean = 920;
  for (let second = 0; second < 3; second += 1) shedder.step();
  expect(state.closed).toEqual([]);
  state.mean = 850;
  for (let second = 0; second < 9; second += 1) shedder.step();
  expect(state.closed).toEqual([50, 48, 46, 6]);
  expect(state.own).toBe(850);
  // It is even by now: what little comes back moves nobody.
  state.own = 900;
  for (let second = 0; second < 9; second += 1) shedder.step();
  expect(state.own).toBe(900);
});

test('moves nobody while clients come in everywhere and the mean lags behind', () => {
  const { state, shedder } = node(0);
  const means = [0, 0, 0, 0];
  for (let second = 0; second < 60; second += 1) {
    state.own += second < 30 ? 1_000 : 0;
    means.push(state.own);
    state.mean = means.shift();
    shedder.step();
  }
  expect(state.closed).toEqual([]);
});

test('moves nobody for a handful of connections', () => {
  const { state, shedder } = node(10);
  state.mean = 0;
  shedder.step();
  expect(state.closed).toEqual([]);
});

test('moves nobody while the others cannot be known', () => {
  const { state, shedder } = node(1_000);
  state.mean = undefined;
  shedder.step();
  expect(state.closed).toEqual([]);
});
