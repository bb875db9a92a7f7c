import { type Directory, hasRight, mayEnterAnyway, type Principal } from '@switchboard/core';
import type { Caller, NodeFacts, ServerApi } from '@switchboard/dialects';
import {
  limits,
  parseInput,
  SignalingError,
  type TenantId,
  TokenRequest,
} from '@switchboard/protocol';
import type { TokenIssuer } from '../auth/token-issuer.ts';
import type { TokenVerifier } from '../auth/token-verifier.ts';

export interface ServerApiDependencies {
  readonly directory: Directory;
  readonly tokenVerifier: TokenVerifier;
  /** Null where no secret is configured to sign tokens with. */
  readonly tokenIssuer: TokenIssuer | null;
  readonly node: NodeFacts;
  readonly clientBaseUrl: () => string;
  readonly sfuNodes: readonly string[];
}

/** What the routes of the older protocols may do, within one tenant. */
export function createServerApi(dependencies: ServerApiDependencies, tenant: TenantId): ServerApi {
  const { directory, tokenVerifier, tokenIssuer, node, clientBaseUrl, sfuNodes } = dependencies;
  return {
    node,
    clientBaseUrl: clientBaseUrl(),
    sfuNodes,
    rooms: {
      prepare: (request) => directory.prepareRoom({ ...request, tenant }),
      record: (roomId) => directory.room({ tenant, roomId }),
      ofAppointment: (appointmentId) => directory.roomOfAppointment(tenant, appointmentId),
      list: (page) => directory.rooms({ ...page, tenant, onlyOccupied: true }),
      totals: () => directory.roomTotals(tenant),
    },
    sessions: {
      list: async (page) => {
        const { sessions, cursor = null } = await directory.sessions({ ...page, tenant });
        const listed = sessions.map(({ profile, ...session }) => ({ ...profile, ...session }));
        return { sessions: listed, cursor };
      },
      total: () => directory.sessionTotal(tenant),
    },
    issueToken: async ({ userId, role, own }) => {
      if (!tokenIssuer) throw new SignalingError('unavailable', { message: unsigned });
      const request = parseInput(TokenRequest, { sub: userId, role, tenant });
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

const unsigned = 'This node has no JWT_SECRET to sign tokens with.';

export const callerOf = (principal: Principal): Caller => ({
  userId: principal.kind === 'user' ? principal.userId : null,
  has: (right) => hasRight(principal, right),
  mayJoin: (roomId) => mayEnterAnyway(principal, roomId),
});
