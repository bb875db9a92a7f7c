import type { Authenticator, Principal } from '@switchboard/core';
import { defaultTenant, SignalingError } from '@switchboard/protocol';
import { type Handshake, type PresentedTokenOptions, presentedToken } from './presented-token.ts';

export interface HandshakeAuthenticationOptions extends PresentedTokenOptions {
  readonly mode: 'open' | 'required';
  readonly authenticator: Authenticator;
}

/**
 * Finds out who wants to connect.
 *
 * @throws SignalingError `unauthenticated`; `token_expired`; `unavailable` when that cannot be
 * said now.
 */
export type AuthenticateHandshake = (handshake: Handshake) => Promise<Principal>;

/** SPEC 7.4. */
export const createHandshakeAuthentication =
  ({ mode, authenticator, ...options }: HandshakeAuthenticationOptions): AuthenticateHandshake =>
  async (handshake) => {
    const token = presentedToken(handshake, options);
    if (token !== null) return authenticator.authenticate(token);
    if (mode === 'required') throw new SignalingError('unauthenticated');
    return { kind: 'open', tenant: defaultTenant, self: null };
  };
