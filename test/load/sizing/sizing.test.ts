import { repositoryPath } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { quantile } from '../measure/statistics.ts';
import { type BenchResults, type Results, readResults } from '../report/results.ts';
import { costsOf } from './costs.ts';
import { busyNodeCores, busyShardCores, type Costs, type Demand, size } from './sizing.ts';
import { sizingSection, writtenSection } from './sizing-section.ts';

const demand: Demand = {
  users: 10_000,
  connectsPerUserHour: 0,
  callsPerHour: 3_600,
  participantsPerCall: 2,
  signalsPerPair: 10,
};
const costs: Costs = {
  nodeUsPerSignalInside: 50,
  nodeUsPerSignalAcross: 100,
  redisUsPerSignalAcross: 10,
  nodeUsPerConnect: 1_000,
  redisUsPerConnect: 100,
  nodeUsPerJoin: 1_000,
  redisUsPerJoin: 100,
  nodeUsPerIdleSecond: 10,
  nodeBytesPerConnection: 20_000,
  redisBytesPerSession: 500,
  redisBytesPerRoom: 1_000,
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
  // 20,000 × 12/13 of 10 µs at each, and 4,000 of 100 µs together: 0.18 + 0.4 ÷ 2.
  expect(redisShards).toBe(2);
});

test('no number of masters makes room for more signals than one can pass on', () => {
  const chatty = { ...demand, callsPerHour: 3_600, signalsPerPair: 50_000 };
  expect(() => size(chatty, costs, limits)).toThrow(RangeError);
});

test('users that connect are work for nodes and for Redis', () => {
  const coming = { ...demand, connectsPerUserHour: 3_600 };
  expect(busyNodeCores(coming, costs, 1) - busyNodeCores(demand, costs, 1)).toBeCloseTo(10);
  const shards = { nodes: 1, shards: 2 };
  const more = busyShardCores(coming, costs, shards) - busyShardCores(demand, costs, shards);
  expect(more).toBeCloseTo(0.5);
});

const measured = (await readResults<BenchResults>(
  repositoryPath('test/load/results'),
  'bench',
)) as Results<BenchResults>;

// Eight nodes on two cores are dearer than eight with a core each: what a factor of two allows for.
test.for([
  [2, 0.67, 1.5],
  [8, 0.5, 1.5],
] as const)('costs at one node and at four foretell those at %i', ([nodes, least, most]) => {
  const { rounds, settings } = measured;
  const own = rounds.filter(({ target }) => target === `switchboard-${nodes}`);
  const usPerSignal = own.map(({ steady }) => steady.nodesUs).toSorted((a, b) => a - b);
  const busy = (quantile(usPerSignal, 0.5) * settings.rate) / 1e6;
  // Calls whose signals are as many as were sent, with everybody in the rooms already.
  const asMeasured: Demand = {
    ...{ users: 2 * settings.pairs, connectsPerUserHour: 0, participantsPerCall: 2 },
    ...{ callsPerHour: settings.rate * 3_600, signalsPerPair: 0.5 },
  };
  const foretold = busyNodeCores(asMeasured, { ...costsOf(measured), nodeUsPerJoin: 0 }, nodes);
  expect(foretold / busy).toBeGreaterThan(least);
  expect(foretold / busy).toBeLessThan(most);
});

test('deploy/README.md says what the results say', async () => {
  // The formatter widens tables.
  const words = (text: string) => text.replaceAll(/-{3,}/g, '---').replaceAll(/\s+/g, ' ');
  expect(words(await writtenSection())).toBe(words(sizingSection(measured)));
});
