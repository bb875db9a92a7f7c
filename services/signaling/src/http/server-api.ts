import {
  type Directory,
  hasRight,
  mayEnterAnyway,
  type Principal,
  type SessionListing,
} from '@switchboard/core';
import type { Caller, ListedSession, NodeFacts, ServerApi } from '@switchboard/dialects';
import {
  limits,
  parseInput,
  SignalingError,
  type TenantId,
  TokenRequest,
} from '@switchboard/protocol';
import type { Logins } from '../auth/logins.ts';
import type { TokenIssuer } from '../auth/token-issuer.ts';
import type { TokenVerifier } from '../auth/token-verifier.ts';
import { roomsOf } from '../rooms-of.ts';

export interface ServerApiDependencies {
  readonly directory: Directory;
  readonly tokenVerifier: TokenVerifier;
  /** Null where no secret is configured to sign tokens with. */
  readonly tokenIssuer: TokenIssuer | null;
  readonly node: NodeFacts;
  readonly clientBaseUrl: () => string;
  readonly sfuNodes: readonly string[];
  readonly logins: Logins;
}

/** What the routes of the older protocols may do, within one tenant. */
export function createServerApi(dependencies: ServerApiDependencies, tenant: TenantId): ServerApi {
  const { directory, tokenVerifier, tokenIssuer, node, clientBaseUrl, sfuNodes, logins } =
    dependencies;
  return {
    node,
    clientBaseUrl: clientBaseUrl(),
    sfuNodes,
    users: {
      known: logins.known,
      presence: (userIds) => directory.users.presence(tenant, userIds),
      logIn: (attempt) => logins.logIn(attempt),
    },
    rooms: roomsOf(directory.rooms, tenant),
    sessions: {
      list: async (page) => {
        const { sessions, cursor } = await directory.sessions.list({ ...page, tenant });
        return { sessions: sessions.map(listed), cursor };
      },
      total: () => directory.sessions.total(tenant),
    },
    issueToken: async ({ userId, role, own, grants }) => {
      if (!tokenIssuer) throw new SignalingError('unavailable', { message: unsigned });
      const request = parseInput(TokenRequest, { sub: userId, role, tenant, grants });
      const { token } = await tokenIssuer.issue(request, own);
      return { token, expiresInSeconds: limits.tokenLifetime };
    },
    verifyToken: async (token) => {
      const user = await tokenVerifier.authenticate(token);
      if (user.tenant !== tenant) throw new SignalingError('unauthenticated');
      const expiresAt = user.expiresAt ?? Date.now() + limits.tokenLifetime * 1_000;
      return { caller: callerOf(user), pass: { token, expiresAt } };
    },
  };
}

const listed = ({ peerId, profile, rooms }: SessionListing): ListedSession => ({
  ...profile,
  peerId,
  rooms: rooms.map(({ roomId }) => roomId),
});

const unsigned = 'This node has no JWT_SECRET to sign tokens with.';

export const callerOf = (principal: Principal): Caller => ({
  userId: principal.kind === 'user' ? principal.userId : null,
  has: (right) => hasRight(principal, right),
  mayJoin: (roomId) => mayEnterAnyway(principal, roomId),
});
