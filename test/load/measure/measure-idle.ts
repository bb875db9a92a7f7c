import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../clients/connection.ts';
import type { Target } from '../targets/target.ts';
import { inBatches } from '../traffic/crowd.ts';
import { cpuTimeUs, residentBytes } from './cpu-time.ts';

/** What an idle connection takes of its node. */
export interface Idle {
  readonly target: string;
  readonly connections: number;
  /** Resident memory. */
  readonly bytes: number;
  /** Microseconds of CPU a second. */
  readonly usPerSecond: number;
}

const settleMs = 3_000;
/** Long enough for some heartbeats of everybody. */
const watchMs = 15_000;
const atOnce = 64;

/** Looks at the first node, with so many connections that say nothing. */
export async function measureIdle(target: Target, connections: number): Promise<Idle> {
  await using running = await target.start();
  const [node] = running.nodes;
  if (!node) throw new Error('a target has a node');
  const open: Connection[] = [];
  const openSome = async (count: number) => {
    const made = await inBatches(
      count,
      async (index) => {
        const name = `idle-${open.length + index}`;
        const connection = await Connection.open(node.port, target.dialect.path(name));
        await target.dialect.open(connection, name);
        return connection;
      },
      atOnce,
    );
    open.push(...made);
    await delay(settleMs);
  };
  // The first ones pay for what all share.
  await openSome(connections / 10);
  const first = open.length;
  const before = residentBytes(node.pid);
  await openSome(connections - first);
  const bytes = (residentBytes(node.pid) - before) / (open.length - first);
  const busyBefore = cpuTimeUs(node.pid);
  await delay(watchMs);
  const usPerSecond = (cpuTimeUs(node.pid) - busyBefore) / (watchMs / 1_000) / open.length;
  for (const connection of open) connection.close();
  return { target: target.name, connections, bytes, usPerSecond };
}
