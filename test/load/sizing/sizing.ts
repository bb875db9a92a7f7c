/** What a cluster has to do, and what that takes: arithmetic over measured costs. */

export interface Demand {
  /** Connected at the same time. */
  readonly users: number;
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
  readonly nodeUsPerJoin: number;
  readonly redisUsPerJoin: number;
  /** Heartbeats and sweeps of one connection, a second. */
  readonly nodeUsPerIdleSecond: number;
  readonly bytesPerConnection: number;
}

export interface Limits {
  /** Share of a core that may be busy in the busiest hour: the rest is for bursts and failures. */
  readonly busyShare: number;
  readonly connectionsPerNode: number;
}

export interface Sizing {
  readonly nodes: number;
  readonly redisShards: number;
  readonly signalsPerSecond: number;
  readonly clientMbitPerSecond: number;
  readonly redisMbitPerSecond: number;
  readonly memoryPerNodeMb: number;
}

/** One in ten is a description of 4 KB, the rest are candidates of 250 bytes, and their envelopes. */
const bytesPerSignal = 0.1 * 4_096 + 0.9 * 250 + 110;
const bytesPerEnvelope = 220;
/** A call has to be joined and left by everybody. */
const changesPerParticipant = 2;
const secondsPerHour = 3_600;

/** @returns what it takes, one node more than the load needs, so that any of them may fail. */
export function size(demand: Demand, costs: Costs, limits: Limits): Sizing {
  const { users, callsPerHour, participantsPerCall, signalsPerPair } = demand;
  const pairs = participantsPerCall * (participantsPerCall - 1);
  const signalsPerSecond = (callsPerHour * pairs * signalsPerPair) / secondsPerHour;
  const changesPerSecond =
    (callsPerHour * participantsPerCall * changesPerParticipant) / secondsPerHour;
  const nodeSeconds = (nodes: number): number => {
    const across = 1 - 1 / nodes;
    const perSignal =
      (1 - across) * costs.nodeUsPerSignalInside + across * costs.nodeUsPerSignalAcross;
    const us =
      signalsPerSecond * perSignal +
      changesPerSecond * costs.nodeUsPerJoin +
      users * costs.nodeUsPerIdleSecond;
    return us / 1e6;
  };
  let working = Math.max(1, Math.ceil(users / limits.connectionsPerNode));
  while (nodeSeconds(working) / working > limits.busyShare) working += 1;
  const redisUs =
    signalsPerSecond * (1 - 1 / working) * costs.redisUsPerSignalAcross +
    changesPerSecond * costs.redisUsPerJoin;
  const mbit = (bytesPerSecond: number) => (bytesPerSecond * 8) / 1e6;
  return {
    nodes: working + 1,
    redisShards: Math.max(1, Math.ceil(redisUs / 1e6 / limits.busyShare)),
    signalsPerSecond,
    clientMbitPerSecond: mbit(2 * signalsPerSecond * bytesPerSignal),
    redisMbitPerSecond: mbit(2 * signalsPerSecond * (bytesPerSignal + bytesPerEnvelope)),
    memoryPerNodeMb: (users / working) * costs.bytesPerConnection * 1e-6,
  };
}
