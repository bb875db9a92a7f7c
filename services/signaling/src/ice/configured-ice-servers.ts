import type { IceRequest, IceServers } from '@switchboard/core';
import type { IceConfiguration } from '@switchboard/protocol';
import type { IceConfig } from './ice-config.ts';
import { turnCredentials } from './turn-credentials.ts';

/** How long credentials are good, in ms, unless what they are issued for ends sooner. */
const lifetimeMs = 60 * 60 * 1_000;

/** SPEC 15: the servers that the operator names, with credentials made for each client. */
export class ConfiguredIceServers implements IceServers {
  readonly #config: IceConfig;
  readonly #now: () => number;

  /** @param now epoch milliseconds, by a clock that the TURN servers share. */
  constructor(config: IceConfig, now: () => number = Date.now) {
    this.#config = config;
    this.#now = now;
  }

  issue({ id, expiresAt }: IceRequest): IceConfiguration {
    const { stunUrls, turn } = this.#config;
    const stun = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
    if (!turn) return { iceServers: stun };
    const until = Math.min(this.#now() + lifetimeMs, expiresAt ?? Number.POSITIVE_INFINITY);
    const expiry = Math.floor(until / 1_000);
    const credentials = turnCredentials({ secret: turn.secret, id, expiry });
    return {
      iceServers: [...stun, { urls: [...turn.urls], ...credentials }],
      expiresAt: expiry * 1_000,
    };
  }
}
