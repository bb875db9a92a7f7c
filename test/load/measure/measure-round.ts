import { setTimeout as delay } from 'node:timers/promises';
import type { RunningTarget, Target } from '../targets/target.ts';
import { Crowd } from '../traffic/crowd.ts';
import { type Delivered, Generator } from '../traffic/generator.ts';
import { type Cost, Meter, perEach } from './meter.ts';
import { receptionsDuring } from './receptions.ts';

export interface BenchSettings {
  readonly seconds: number;
  /** Signals a second, of all clients together: below what the weakest target can do. */
  readonly rate: number;
  readonly pairs: number;
}

/** Traffic, with its cost for each signal received. */
export type Phase = Delivered & Cost;

/** One round of one target. */
export interface Round {
  readonly target: string;
  /** Processes are started anew for each run, and go on from round to round. */
  readonly run: number;
  readonly nodes: number;
  /** Of one client. */
  readonly connect: Cost;
  /** Of one client that enters the room of its pair. */
  readonly join: Cost;
  /** At the fixed rate. */
  readonly steady: Phase;
  /** With as many signals under way as there are clients. */
  readonly full: Phase;
  /** Messages that Redis hands to nodes for each signal at the fixed rate. */
  readonly received: number;
}

/** One after another, so that no two crowds meet. */
let crowds = 0;

export async function measureRound(
  target: Target,
  running: RunningTarget,
  { seconds, rate, pairs, run }: BenchSettings & { readonly run: number },
): Promise<Round> {
  using meter = new Meter(running);
  const [crowd, connect] = await meter.measure(() => connectCrowd(target, running, pairs));
  using _ = crowd;
  const [, join] = await meter.measure(() => crowd.meet());
  const generator = new Generator(crowd);
  await generator.saturating(2 * pairs, settleSeconds);
  const phase = async (work: () => Promise<Delivered>): Promise<Phase> => {
    const [delivered, cost] = await meter.measure(work);
    return { ...delivered, ...perEach(cost, delivered.received) };
  };
  const steady = await phase(() => generator.atRate(rate, seconds));
  const full = await phase(() => generator.saturating(2 * pairs, seconds));
  const redis = meter.redis?.client;
  let counted = 0;
  const count = async () => {
    counted = (await generator.atRate(rate, settleSeconds)).received;
  };
  const receptions = redis ? await receptionsDuring(redis, count) : 0;
  return {
    ...{ target: target.name, run, nodes: target.nodes, steady, full },
    connect: perEach(connect, 2 * pairs),
    join: perEach(join, 2 * pairs),
    received: redis ? receptions / counted : 0,
  };
}

/** For what is left of the joins, and what has grown cold since the last round. */
const settleSeconds = 0.5;
/** How many signals a node has relayed when most of its code has been compiled for good. */
const warmSignals = 30_000;
const warmWithinMs = 20_000;
/** For what is left to be done when a crowd has gone. */
const quietMs = 300;

/** Everything is done once that is measured later. */
export async function warmUp(target: Target, running: RunningTarget, pairs: number): Promise<void> {
  using crowd = await connectCrowd(target, running, pairs);
  await crowd.meet();
  const generator = new Generator(crowd);
  const until = performance.now() + warmWithinMs;
  let relayed = 0;
  while (relayed < warmSignals * target.nodes && performance.now() < until) {
    relayed += (await generator.saturating(2 * pairs, 1)).received;
  }
}

/** After a crowd has been disposed of. */
export const quieten = (): Promise<void> => delay(quietMs);

const connectCrowd = ({ dialect }: Target, { nodes }: RunningTarget, pairs: number) =>
  Crowd.connect({ dialect, ports: nodes.map(({ port }) => port), pairs, name: `c${crowds++}` });
