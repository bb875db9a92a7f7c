import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../clients/connection.ts';
import type { RunningTarget, Target } from '../targets/target.ts';
import { Crowd } from '../traffic/crowd.ts';
import { Generator } from '../traffic/generator.ts';
import { cpuTimeUs, residentBytes } from './cpu-time.ts';
import { type Cost, observe } from './observe.ts';

export interface BenchSettings {
  readonly seconds: number;
  /** Signals a second, of all clients together: below what the weakest target can do. */
  readonly rate: number;
  readonly pairs: number;
}

/** One round of one target. */
export interface Round {
  readonly target: string;
  /** At the fixed rate. */
  readonly steady: Cost;
  /** With as many signals under way as there are clients. */
  readonly full: Cost;
  /** CPU of all nodes for one client to connect and to enter its room. */
  readonly connectUs: number;
}

export async function measureTarget(target: Target, settings: BenchSettings): Promise<Round> {
  const { seconds, rate, pairs } = settings;
  await using running = await target.start();
  const ports = running.nodes.map(({ port }) => port);
  const before = cpuOf(running);
  using crowd = await Crowd.gather({ dialect: target.dialect, ports, pairs });
  const connectUs = (cpuOf(running) - before) / (2 * pairs);
  const generator = new Generator(crowd);
  await warmUp(generator, { underWay: 2 * pairs, signals: warmSignals * target.nodes });
  const steady = await observe(running, () => generator.atRate(rate, seconds));
  const full = await observe(running, () => generator.saturating(2 * pairs, seconds));
  return { target: target.name, steady, full, connectUs };
}

/** How many signals a node has relayed when most of its code has been compiled for good. */
const warmSignals = 4_000;
const warmWithinMs = 10_000;

async function warmUp(
  generator: Generator,
  { underWay, signals }: { underWay: number; signals: number },
): Promise<void> {
  const until = performance.now() + warmWithinMs;
  let relayed = 0;
  while (relayed < signals && performance.now() < until) {
    relayed += (await generator.saturating(underWay, 1)).received;
  }
}

const cpuOf = ({ nodes }: RunningTarget): number =>
  nodes.reduce((sum, { pid }) => sum + cpuTimeUs(pid), 0);

const settleMs = 3_000;
const atOnce = 64;

/** Resident memory that one idle connection takes, in bytes, in the first node. */
export async function measureIdle(target: Target, connections: number): Promise<number> {
  await using running = await target.start();
  const [node] = running.nodes;
  if (!node) throw new Error('a target has a node');
  const open: Connection[] = [];
  const openSome = async (count: number) => {
    for (let done = 0; done < count; done += atOnce) {
      const slice = Array.from({ length: Math.min(atOnce, count - done) }, async (_, index) => {
        const name = `idle-${open.length + index}`;
        const connection = await Connection.open(node.port, target.dialect.path(name));
        await target.dialect.open(connection, name);
        return connection;
      });
      open.push(...(await Promise.all(slice)));
    }
    await delay(settleMs);
  };
  // The first ones pay for what all share.
  await openSome(connections / 10);
  const before = residentBytes(node.pid);
  const first = open.length;
  await openSome(connections - first);
  const grown = residentBytes(node.pid) - before;
  for (const connection of open) connection.close();
  return grown / (open.length - first);
}
