import type { IceConfiguration } from '@switchboard/protocol';

export interface IceRequest {
  /** What the servers know their client by, and may write down: never who somebody is. */
  readonly id: string;
  /** Epoch milliseconds that no credential is to outlast; null where nothing ends. */
  readonly expiresAt: number | null;
}

/** The STUN and TURN servers that clients are to use. */
export interface IceServers {
  /** Makes credentials; asks nobody, and keeps nothing. */
  issue(request: IceRequest): IceConfiguration;
}
