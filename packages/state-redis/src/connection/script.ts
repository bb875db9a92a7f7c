import { createHash } from 'node:crypto';
import type { RedisClient } from './client.ts';
import { asUnavailable } from './unavailable.ts';

/** A Lua script: sent by its digest, and whole to a server that does not have it yet. */
export class Script {
  readonly #source: string;
  readonly #digest: string;

  constructor(source: string) {
    this.#source = source;
    this.#digest = createHash('sha1').update(source).digest('hex');
  }

  /**
   * @returns what the script answers, for the caller to parse.
   * @throws SignalingError `unavailable` when there was no answer; the script may have run.
   */
  async run(redis: RedisClient, keys: readonly string[], args: readonly (string | number)[]) {
    const rest = [keys.length, ...keys, ...args] as const;
    try {
      return await redis.evalsha(this.#digest, ...rest);
    } catch (error) {
      if (!isMissing(error)) throw asUnavailable(error);
    }
    try {
      return await redis.eval(this.#source, ...rest);
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');
