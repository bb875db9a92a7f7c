import {
  Call,
  CallId,
  CallPage,
  LiveCallState,
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
  /** One of the two. */
  userId: UserId.optional(),
  status: LiveCallState.optional(),
  room: RoomPrefix.optional(),
});

/** SPEC 16.4. */
export const callAdminRoutes: readonly Route[] = [
  defineRoute({
    id: 'adminListCalls',
    method: 'GET',
    path: '/admin/calls',
    access: 'admin',
    summary: 'A page of the calls of the whole cluster that ring or are accepted.',
    params: null,
    query: ListQuery,
    body: null,
    answer: CallPage,
    statuses: [200],
    handle: async ({ directory, caller }, { query }) => {
      const asked = { tenant: tenantOf(caller, query.tenant), limit: query.limit };
      const { entries, cursor } = await filteredPage(
        query.cursor ?? null,
        async (from) => {
          const page = await directory.calls.list({ ...asked, cursor: from });
          return { entries: page.calls, cursor: page.cursor };
        },
        (call) => fits(call, query),
      );
      return { body: { calls: [...entries], ...(cursor !== null && { cursor }) } };
    },
  }),
  defineRoute({
    id: 'adminEndCall',
    method: 'POST',
    path: '/admin/calls/:callId/end',
    access: 'admin',
    summary: 'Ends a call of a user; one that rings is cancelled.',
    params: z.strictObject({ callId: CallId }),
    // The id of a call is its own among those of each of its two users, and not of all.
    query: TenantQuery.extend({ userId: UserId }),
    body: null,
    answer: Call,
    statuses: [200],
    handle: async ({ directory, caller }, { params, query }) => {
      const user = { tenant: tenantOf(caller, query.tenant), userId: query.userId };
      const call = await directory.calls.end(user, params.callId);
      if (!call) throw new SignalingError('call_not_found');
      return { body: call };
    },
  }),
];

function fits(call: Call, { userId, status, room = '' }: z.output<typeof ListQuery>): boolean {
  if (userId !== undefined && call.from.userId !== userId && call.to.userId !== userId)
    return false;
  if (status !== undefined && call.state !== status) return false;
  return call.roomId.startsWith(room);
}
