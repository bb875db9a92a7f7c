import type { Dialect } from '../clients/dialect.ts';

/** A process under measurement, with the port at which clients reach it. */
export interface TargetNode {
  readonly pid: number;
  readonly port: number;
}

/** Something that relays signals, running. Disposing it ends all of it. */
export interface RunningTarget extends AsyncDisposable {
  readonly nodes: readonly TargetNode[];
  /** Of the Redis it has for itself; null without one. */
  readonly redisUrl: string | null;
}

/** Something that relays signals, to be started. */
export interface Target {
  /** As the tables call it. */
  readonly name: string;
  readonly nodes: number;
  readonly dialect: Dialect;
  start(): Promise<RunningTarget>;
}
