import { table } from '../report/tables.ts';
import { type Costs, type Demand, size } from './sizing.ts';

/** Calls of two, with a description and fourteen candidates each way. */
const demandOf = (users: number, callsPerHour: number): Demand => ({
  ...{ users, callsPerHour, connectsPerUserHour: 1 },
  ...{ participantsPerCall: 2, signalsPerPair: 15 },
});

/** From one machine to a million connections; every tenth user begins a call in the busiest hour, or every one. */
const demands: readonly Demand[] = [1_000, 10_000, 100_000, 1_000_000].flatMap((users) => [
  demandOf(users, users / 10),
  demandOf(users, users),
]);

/** Half of each core is left free, and so many connections can be moved by one drain. */
const limits = { busyShare: 0.5, connectionsPerNode: 20_000 };

/** What it takes for how many, in Markdown. */
export const sizingTable = (costs: Costs): string =>
  table(
    [
      ...['users', 'calls/h', 'signals/s', 'nodes (a core each)', 'MB/node', 'Redis masters'],
      ...['MB in Redis', 'Mbit/s to and from clients', 'Mbit/s to and from Redis'],
    ],
    demands.map((demand) => {
      const sizing = size(demand, costs, limits);
      const whole = (value: number) => Math.ceil(value).toLocaleString('en');
      return [
        ...[demand.users, demand.callsPerHour, sizing.signalsPerSecond, sizing.nodes].map(whole),
        ...[sizing.memoryPerNodeMb, sizing.redisShards, sizing.redisMemoryMb].map(whole),
        ...[sizing.clientMbitPerSecond, sizing.redisMbitPerSecond].map(whole),
      ];
    }),
  );

/** The costs that it is made of. */
export const costTable = (costs: Costs): string =>
  table(
    ['', 'of a node', 'of Redis'],
    [
      ['a signal inside a node', us(costs.nodeUsPerSignalInside), ''],
      [
        ...['a signal to another node', us(costs.nodeUsPerSignalAcross)],
        us(costs.redisUsPerSignalAcross),
      ],
      ['a connection that begins', us(costs.nodeUsPerConnect), us(costs.redisUsPerConnect)],
      ['a join', us(costs.nodeUsPerJoin), us(costs.redisUsPerJoin)],
      ['an idle connection, a second', us(costs.nodeUsPerIdleSecond), ''],
      [
        ...['a connection', `${(costs.nodeBytesPerConnection / 1_024).toFixed(0)} KB`],
        `${costs.redisBytesPerSession.toFixed(0)} bytes`,
      ],
      ['a room of two', '', `${costs.redisBytesPerRoom.toFixed(0)} bytes`],
    ],
  );

const us = (value: number): string => `${value.toFixed(0)} µs`;
