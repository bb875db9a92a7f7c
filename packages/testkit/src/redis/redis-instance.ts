import type { ProcessExit } from '../process/guarded-process.ts';

/** One running Redis, however it was started. Disposing it ends it and removes its data. */
export interface RedisInstance extends AsyncDisposable {
  /** Resolves when the run that is on now ends; never for a Redis that is not ours. */
  readonly exited: Promise<ProcessExit>;
  /** The end of what it logged, over all its runs. */
  logs(): string;
  /** Freezes it: connections stay open and nothing is answered (SIGSTOP). */
  pause(): Promise<void>;
  /** Ends `pause`. */
  resume(): Promise<void>;
  /** Ends it without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, killing it first if it runs. As nothing is persisted, it comes back empty. */
  restart(): Promise<void>;
}

/**
 * Starts one Redis with these arguments after its own; resolves before it answers.
 *
 * @param config what its configuration file is to say, for a Sentinel, which writes there what it
 * learns; without it there is no file.
 */
export type LaunchRedis = (args: readonly string[], config?: string) => Promise<RedisInstance>;
