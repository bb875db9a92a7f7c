import { expect, test } from 'vitest';
import { type Costs, type Demand, size } from './sizing.ts';

const demand: Demand = {
  users: 10_000,
  callsPerHour: 3_600,
  participantsPerCall: 2,
  signalsPerPair: 10,
};
const costs: Costs = {
  nodeUsPerSignalInside: 50,
  nodeUsPerSignalAcross: 100,
  redisUsPerSignalAcross: 10,
  nodeUsPerJoin: 1_000,
  redisUsPerJoin: 100,
  nodeUsPerIdleSecond: 10,
  bytesPerConnection: 20_000,
};
const limits = { busyShare: 0.5, connectionsPerNode: 10_000 };

test('a call a second of two, ten signals each way, is twenty signals a second', () => {
  expect(size(demand, costs, limits).signalsPerSecond).toBe(20);
});

test('there is one node more than the load needs', () => {
  // 20 signals of 50 µs, 4 changes of 1 ms and 10,000 connections of 10 µs: a tenth of a core.
  expect(size(demand, costs, limits)).toMatchObject({ nodes: 2, redisShards: 1 });
  expect(size({ ...demand, users: 20_000 }, costs, limits).nodes).toBe(3);
});

test('what is too much for the cores of so many nodes takes more of them', () => {
  const busy = { ...demand, callsPerHour: 3_600_000 };
  const { nodes, redisShards } = size(busy, costs, limits);
  // 20,000 signals of 96 µs, 4,000 changes of 1 ms and 0.1 for the idle: 6.02 cores, half busy.
  expect(nodes).toBe(14);
  // 20,000 of 10 µs and 4,000 of 100 µs: 0.58 of a core.
  expect(redisShards).toBe(2);
});
