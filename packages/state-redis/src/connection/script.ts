import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
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

/**
 * The scripts that stand beside a module, by name. `prelude.lua` comes before each of them,
 * unless there is none.
 *
 * @param module the module's `import.meta.url`.
 */
export function loadScripts<Name extends string>(
  module: string,
  names: readonly Name[],
  { prelude = true }: { prelude?: boolean } = {},
): Record<Name, Script> {
  const read = (name: string) => readFileSync(new URL(`./${name}.lua`, module), 'utf8');
  const before = prelude ? `${read('prelude')}\n` : '';
  const load = (name: Name) => [name, new Script(before + read(name))] as const;
  return Object.fromEntries(names.map(load)) as Record<Name, Script>;
}
