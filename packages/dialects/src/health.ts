import { SignalingError } from '@switchboard/protocol';
import type { Dialect } from './dialect.ts';
import { type HttpAnswer, ok } from './http.ts';
import type { NodeFacts, ServerApi } from './server-api.ts';

/** What the cluster is doing, and what a node says of itself. */
export interface HealthState {
  readonly node: NodeFacts;
  readonly rooms: number;
  /** Participants of rooms. */
  readonly participants: number;
  readonly sessions: number;
}

export async function readHealth({ node, rooms, sessions }: ServerApi): Promise<HealthState> {
  const [totals, total] = await Promise.all([rooms.totals(), sessions.total()]);
  return { node, ...totals, sessions: total };
}

/** `/health`, which all servers had: what each of them answered at once, in the words of one. */
export async function answerHealth(
  api: ServerApi,
  { all, root }: { all: readonly Dialect[]; root: Dialect },
): Promise<HttpAnswer> {
  try {
    const state = await readHealth(api);
    const fields = all.map((dialect) => dialect.health?.(state));
    return ok(Object.assign({}, ...fields, { status: root.healthy }));
  } catch (error) {
    if (!(error instanceof SignalingError) || error.code !== 'unavailable') throw error;
    return { status: 503, body: { status: 'unavailable', timestamp: new Date().toISOString() } };
  }
}
