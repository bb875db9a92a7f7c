import type { RoomRef } from '@switchboard/core';
import type { RedisClient } from '../connection/client.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import type { Answer } from './room-answer.ts';

/** Scripts of this folder, run on one room at a time. */
export class RoomScripts<Name extends string> {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts: Record<Name, Script>;

  constructor(redis: RedisClient, keys: Keys, names: readonly Name[]) {
    this.#redis = redis;
    this.#keys = keys;
    this.#scripts = loadScripts(import.meta.url, names);
  }

  /** @throws SignalingError `unavailable` when there was no answer; the script may have run. */
  async run<Status extends string>(
    name: Name,
    room: RoomRef,
    args: readonly (string | number)[],
  ): Promise<Answer<Status>> {
    const answer = await this.#scripts[name].run(this.#redis, this.#keys.room(room), [
      this.#keys.channelPrefix,
      ...args,
    ]);
    return answer as Answer<Status>;
  }
}
