/** What a cluster has to do, and what that takes: arithmetic over measured costs. */

export interface Demand {
  /** Connected at the same time. */
  readonly users: number;
  /** How often each of them connects in an hour. */
  readonly connectsPerUserHour: number;
  /** Begun in the busiest hour. */
  readonly callsPerHour: number;
  readonly participantsPerCall: number;
  /** Each way, from each participant to each other: an offer or answer, and candidates. */
  readonly signalsPerPair: number;
}

/** CPU microseconds, from `npm run bench` on the machine that is asked about. */
export interface Costs {
  readonly nodeUsPerSignalInside: number;
  readonly nodeUsPerSignalAcross: number;
  readonly redisUsPerSignalAcross: number;
  readonly nodeUsPerConnect: number;
  readonly redisUsPerConnect: number;
  readonly nodeUsPerJoin: number;
  readonly redisUsPerJoin: number;
  /** Heartbeats and sweeps of one connection, a second. */
  readonly nodeUsPerIdleSecond: number;
  readonly nodeBytesPerConnection: number;
  readonly redisBytesPerSession: number;
  readonly redisBytesPerRoom: number;
}

export interface Limits {
  /** Share of a core that may be busy in the busiest hour: the rest is for bursts and failures. */
  readonly busyShare: number;
  readonly connectionsPerNode: number;
}

export interface Sizing {
  /** Each has a core. */
  readonly nodes: number;
  /** Masters; 1 is a single Redis with its replica. */
  readonly redisShards: number;
  readonly signalsPerSecond: number;
  readonly clientMbitPerSecond: number;
  readonly redisMbitPerSecond: number;
  readonly memoryPerNodeMb: number;
  readonly redisMemoryMb: number;
}

/** One in ten is a description of 4 KB, the rest are candidates of 250 bytes, and their envelopes. */
const bytesPerSignal = 0.1 * 4_096 + 0.9 * 250 + 110;
const bytesPerEnvelope = 220;
/** A call has to be joined and left by everybody. */
const changesPerParticipant = 2;
/** A room is kept for as long as the call lasts. */
const callHours = 0.25;
const secondsPerHour = 3_600;

/** What happens in a second of the busiest hour. */
function ratesOf(demand: Demand) {
  const { users, connectsPerUserHour, callsPerHour, participantsPerCall, signalsPerPair } = demand;
  const pairs = participantsPerCall * (participantsPerCall - 1);
  return {
    signals: (callsPerHour * pairs * signalsPerPair) / secondsPerHour,
    changes: (callsPerHour * participantsPerCall * changesPerParticipant) / secondsPerHour,
    connects: (users * connectsPerUserHour) / secondsPerHour,
  };
}

/** Cores that all nodes together have busy. @param nodes over which the users are spread. */
export function busyNodeCores(demand: Demand, costs: Costs, nodes: number): number {
  const { signals, changes, connects } = ratesOf(demand);
  const across = 1 - 1 / nodes;
  const perSignal =
    (1 - across) * costs.nodeUsPerSignalInside + across * costs.nodeUsPerSignalAcross;
  const us =
    signals * perSignal +
    changes * costs.nodeUsPerJoin +
    connects * costs.nodeUsPerConnect +
    demand.users * costs.nodeUsPerIdleSecond;
  return us / 1e6;
}

/**
 * Cores that one of so many masters has busy. What is stored is spread over them; but a message
 * published at one master of a Redis Cluster goes through all of them, so that no number of masters
 * makes room for more signals.
 */
export function busyShardCores(
  demand: Demand,
  costs: Costs,
  { nodes, shards }: { readonly nodes: number; readonly shards: number },
): number {
  const { signals, changes, connects } = ratesOf(demand);
  const published = signals * (1 - 1 / nodes) * costs.redisUsPerSignalAcross;
  const stored = changes * costs.redisUsPerJoin + connects * costs.redisUsPerConnect;
  return (published + stored / shards) / 1e6;
}

/**
 * @returns what it takes, one node more than the load needs, so that any of them may fail.
 * @throws RangeError when more is published than a Redis can pass on.
 */
export function size(demand: Demand, costs: Costs, limits: Limits): Sizing {
  const { busyShare, connectionsPerNode } = limits;
  const { users, callsPerHour } = demand;
  let working = Math.max(1, Math.ceil(users / connectionsPerNode));
  while (busyNodeCores(demand, costs, working) / working > busyShare) working += 1;
  const busy = (shards: number) => busyShardCores(demand, costs, { nodes: working, shards });
  if (busy(Number.POSITIVE_INFINITY) > busyShare) {
    throw new RangeError('more signals go between nodes than one Redis can pass on');
  }
  let redisShards = 1;
  while (busy(redisShards) > busyShare) redisShards += 1;
  const { signals } = ratesOf(demand);
  const across = 1 - 1 / working;
  const mbit = (bytesPerSecond: number) => (bytesPerSecond * 8) / 1e6;
  return {
    nodes: working + 1,
    redisShards,
    signalsPerSecond: signals,
    clientMbitPerSecond: mbit(2 * signals * bytesPerSignal),
    redisMbitPerSecond: mbit(2 * signals * across * (bytesPerSignal + bytesPerEnvelope)),
    memoryPerNodeMb: (users / working) * costs.nodeBytesPerConnection * 1e-6,
    redisMemoryMb:
      (users * costs.redisBytesPerSession + callsPerHour * callHours * costs.redisBytesPerRoom) *
      1e-6,
  };
}
