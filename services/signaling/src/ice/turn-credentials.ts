import { createHmac } from 'node:crypto';

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

export interface TurnCredentialsRequest {
  /** What the TURN server knows as well. */
  readonly secret: string;
  /** Shown in the server's log; has no colon. */
  readonly id: string;
  /** Epoch seconds. */
  readonly expiry: number;
}

/**
 * Credentials that a TURN server can check without knowing anybody: "A REST API For Access To TURN
 * Services" (draft-uberti-behave-turn-rest-00, section 2.2).
 */
export function turnCredentials({ secret, id, expiry }: TurnCredentialsRequest): TurnCredentials {
  const username = `${expiry}:${id}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
