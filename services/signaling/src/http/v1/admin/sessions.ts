import type { SessionListing } from '@switchboard/core';
import {
  NodeId,
  PeerId,
  SessionPage,
  type SessionRecord,
  SessionStatus,
  SignalingError,
  UserId,
} from '@switchboard/protocol';
import { z } from 'zod';
import { filteredPage } from '../filtered-page.ts';
import { pageQuery, RoomPrefix, TenantQuery } from '../queries.ts';
import { defineRoute, type Route } from '../route.ts';
import { tenantOf } from '../tenant.ts';

const ListQuery = z.strictObject({
  ...pageQuery,
  userId: UserId.optional(),
  node: NodeId.optional(),
  status: SessionStatus.optional(),
  /** Only sessions that are in a room whose name begins so. */
  room: RoomPrefix.optional(),
});

/** SPEC 16.3. */
export const sessionAdminRoutes: readonly Route[] = [
  defineRoute({
    id: 'adminListSessions',
    method: 'GET',
    path: '/admin/sessions',
    access: 'admin',
    summary: 'A page of the sessions of the whole cluster.',
    params: null,
    query: ListQuery,
    body: null,
    answer: SessionPage,
    statuses: [200],
    handle: async ({ directory, caller }, { query }) => {
      const asked = { tenant: tenantOf(caller, query.tenant), limit: query.limit };
      const { entries, cursor } = await filteredPage(
        query.cursor ?? null,
        async (from) => {
          const page = await directory.sessions.list({ ...asked, cursor: from });
          return { entries: page.sessions.map(recordOf), cursor: page.cursor };
        },
        (session) => fits(session, query),
      );
      return { body: { sessions: [...entries], ...(cursor !== null && { cursor }) } };
    },
  }),
  defineRoute({
    id: 'adminDisconnectSession',
    method: 'POST',
    path: '/admin/sessions/:peerId/disconnect',
    access: 'admin',
    summary: 'Ends a session, wherever it is: its client is told, and stays away.',
    params: z.strictObject({ peerId: PeerId }),
    query: TenantQuery,
    body: null,
    answer: z.strictObject({}),
    statuses: [200],
    handle: async ({ directory, caller }, { params, query }) => {
      const tenant = tenantOf(caller, query.tenant);
      const isGone = await directory.sessions.disconnect(tenant, params.peerId);
      if (!isGone) throw new SignalingError('not_found');
      return { body: {} };
    },
  }),
];

function fits(session: SessionRecord, wanted: z.output<typeof ListQuery>): boolean {
  const { userId, node, status, room } = wanted;
  if (userId !== undefined && session.userId !== userId) return false;
  if (node !== undefined && session.node !== node) return false;
  if (status !== undefined && session.status !== status) return false;
  return room === undefined || session.rooms.some((roomId) => roomId.startsWith(room));
}

const recordOf = ({
  peerId,
  profile,
  node,
  isConnected,
  rooms,
}: SessionListing): SessionRecord => ({
  ...profile,
  ...{ peerId, node, status: isConnected ? 'connected' : 'detached' },
  rooms: rooms.map(({ roomId }) => roomId),
});
