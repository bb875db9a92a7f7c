import { backoffMs } from '../backoff.ts';
import { SwitchboardError } from '../errors.ts';
import type { Send } from '../room/join.ts';
import { readClaims } from './claims.ts';

/** Part of a token's life after which another one is asked for. */
const usedUp = 0.8;
/** When there was no newer token to be had. */
const backoff = { baseMs: 2_000, maxMs: 15_000 } as const;
/** What a timer can wait for, in ms. */
const longestMs = 2 ** 31 - 1;

export interface TokenRefreshOptions {
  readonly send: Send;
  /** Gets a newer token. */
  readonly getToken: () => string | Promise<string>;
}

/**
 * Prolongs a session before its token expires: asks for a newer one in time, and shows it to the
 * cluster. Connections that are made meanwhile show a newer one anyway.
 */
export class TokenRefresh {
  readonly #options: TokenRefreshOptions;
  #token = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: TokenRefreshOptions) {
    this.#options = options;
  }

  /** The cluster has been shown that token. */
  shown(token: string): void {
    this.#token = token;
    this.#failures = 0;
    const claims = readClaims(token);
    if (claims?.exp === undefined) {
      this.stop();
      return;
    }
    const leftMs = claims.exp * 1_000 - Date.now();
    // The clock here may be wrong; by how much a token's life is long does not depend on it.
    const lifeMs = claims.iat === undefined ? leftMs : (claims.exp - claims.iat) * 1_000;
    this.#waitFor(Math.min(leftMs, lifeMs) * usedUp);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #waitFor(ms: number): void {
    this.stop();
    this.#timer = setTimeout(
      () => void this.#refresh(),
      Math.min(Math.max(ms, backoff.baseMs), longestMs),
    );
  }

  async #refresh(): Promise<void> {
    const { send, getToken } = this.#options;
    const former = this.#token;
    try {
      const token = await getToken();
      if (token !== former) {
        await send({ command: 'auth:refresh', payload: { token }, take: () => undefined });
        // Unless a new connection has shown another one in the meantime.
        if (this.#token === former) this.shown(token);
        return;
      }
    } catch (error) {
      // One that is refused for good is not shown again; the next one may be better.
      if (error instanceof SwitchboardError && error.code === 'closed') return;
    }
    if (this.#token === former) this.#waitFor(backoffMs(this.#failures++, backoff));
  }
}
