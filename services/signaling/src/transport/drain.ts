import { setTimeout as delay } from 'node:timers/promises';
import type { Core, Session } from '@switchboard/core';

export interface DrainOptions {
  /** How long load balancers get to notice that this node is not ready any more. */
  readonly noticeMs: number;
  /** When all connections have to be closed, counted from the beginning. */
  readonly deadlineMs: number;
}

/** A connection as draining sees it. */
export interface DrainableConnection {
  readonly session: Session;
  /** Ends the connection without a loss, so that the client reconnects by itself. */
  leave(): void;
}

/** Between batches: small enough steps that the other nodes are not overrun. */
const batchEveryMs = 100;
/** How long sessions may take to be resumed elsewhere once their connections are closed. */
const settleMs = 3_000;

/**
 * Moves all clients to other nodes: tells them, waits for the load balancers, and closes their
 * connections in batches, evenly over the time that there is. Their sessions stay resumable;
 * what arrives for them in between is handed over to the nodes that they move to.
 */
export async function drain(
  core: Core,
  connections: ReadonlySet<DrainableConnection>,
  { noticeMs, deadlineMs }: DrainOptions,
): Promise<void> {
  if (connections.size === 0) return;
  const startedAt = performance.now();
  const leftMs = () => deadlineMs - (performance.now() - startedAt);
  for (const { session } of connections) {
    const jitterMs = Math.random() * Math.max(deadlineMs - noticeMs - settleMs, 0);
    session.deliver({ type: 'draining', reconnectInMs: Math.round(noticeMs + jitterMs) });
  }
  await delay(Math.min(noticeMs, deadlineMs / 2));
  const batches = Math.max(1, Math.floor((leftMs() - settleMs) / batchEveryMs));
  const batchSize = Math.max(Math.ceil(connections.size / batches), 50);
  while (connections.size > 0 && leftMs() > 0) {
    for (const connection of [...connections].slice(0, batchSize)) connection.leave();
    await delay(batchEveryMs);
  }
  for (const connection of [...connections]) connection.leave();
  await settle(core, Math.min(settleMs, Math.max(leftMs(), 0)));
}

/** Waits until every session has been resumed elsewhere, but not for those who do not come. */
async function settle(core: Core, mostMs: number): Promise<void> {
  const until = performance.now() + mostMs;
  while (core.sessionCount > 0 && performance.now() < until) await delay(50);
}
