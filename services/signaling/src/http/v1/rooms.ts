import type { RoomRef } from '@switchboard/core';
import {
  AppointmentId,
  RoomId,
  RoomPage,
  RoomRecord,
  RoomRequest,
  RoomStatus,
  SignalingError,
  type TenantId,
} from '@switchboard/protocol';
import { z } from 'zod';
import type { Caller } from './access.ts';
import { filteredPage } from './filtered-page.ts';
import { pageQuery, RoomPrefix, TenantQuery } from './queries.ts';
import { defineRoute, type Route, type RouteContext } from './route.ts';
import { tenantOf } from './tenant.ts';

const RoomParams = z.strictObject({ roomId: RoomId });

const ListQuery = z.strictObject({
  ...pageQuery,
  /** Whether to pass over rooms that nobody is in. */
  occupied: z.stringbool().default(false),
  prefix: RoomPrefix.optional(),
  status: RoomStatus.optional(),
});

const listRooms = defineRoute({
  id: 'listRooms',
  method: 'GET',
  path: '/rooms',
  access: 'admin',
  summary: 'A page of the rooms of the whole cluster.',
  params: null,
  query: ListQuery,
  body: null,
  answer: RoomPage,
  statuses: [200],
  handle: async ({ directory, caller }, { query }) => {
    const { prefix = '', status, limit } = query;
    const asked = { tenant: tenantOf(caller, query.tenant), onlyOccupied: query.occupied, limit };
    const { entries: rooms, cursor } = await filteredPage(
      query.cursor ?? null,
      async (from) => {
        const page = await directory.rooms.list({ ...asked, cursor: from });
        return { entries: page.rooms, cursor: page.cursor ?? null };
      },
      (room) => room.roomId.startsWith(prefix) && (status ?? room.status) === room.status,
    );
    return { body: { rooms: [...rooms], ...(cursor !== null && { cursor }) } };
  },
});

const endRoom = defineRoute({
  id: 'endRoom',
  method: 'POST',
  path: '/rooms/:roomId/end',
  access: 'admin',
  summary: 'Ends a room for everybody in it.',
  params: RoomParams,
  query: TenantQuery,
  body: null,
  answer: RoomRecord,
  statuses: [200],
  handle: async (context, { params, query }) => {
    const room = refOf(context, params.roomId, query.tenant);
    return { body: readable(context.caller, await context.directory.rooms.end(room)) };
  },
});

/** The same, where operators look for it. */
export const roomAdminRoutes: readonly Route[] = [
  { ...listRooms, id: 'adminListRooms', path: `/admin${listRooms.path}` },
  { ...endRoom, id: 'adminEndRoom', path: `/admin${endRoom.path}` },
];

/** SPEC 10.9: rooms for servers and operators, and for those whom a room names. */
export const roomRoutes: readonly Route[] = [
  defineRoute({
    id: 'prepareRoom',
    method: 'POST',
    path: '/rooms',
    access: 'admin',
    summary: 'Prepares a room, or finds the one that was prepared.',
    params: null,
    query: null,
    body: RoomRequest,
    answer: RoomRecord,
    statuses: [201, 200],
    handle: async ({ directory, caller }, { body }) => {
      const request = { ...body, tenant: tenantOf(caller, body.tenant) };
      const { record, isNew } = await directory.rooms.prepare(request);
      return { status: isNew ? 201 : 200, body: record };
    },
  }),
  listRooms,
  defineRoute({
    id: 'readRoom',
    method: 'GET',
    path: '/rooms/:roomId',
    access: 'token',
    summary: 'One room, for servers, operators, and those whom it names.',
    params: RoomParams,
    query: TenantQuery,
    body: null,
    answer: RoomRecord,
    statuses: [200],
    handle: async (context, { params, query }) => {
      const room = refOf(context, params.roomId, query.tenant);
      return { body: readable(context.caller, await context.directory.rooms.record(room)) };
    },
  }),
  endRoom,
  defineRoute({
    id: 'readAppointment',
    method: 'GET',
    path: '/appointments/:appointmentId',
    access: 'token',
    summary: 'The room of an appointment, for servers, operators, and those whom it names.',
    params: z.strictObject({ appointmentId: AppointmentId }),
    query: TenantQuery,
    body: null,
    answer: RoomRecord,
    statuses: [200],
    handle: async ({ directory, caller }, { params, query }) => {
      const owner = tenantOf(caller, query.tenant);
      const record = await directory.rooms.recordOfAppointment(owner, params.appointmentId);
      return { body: readable(caller, record) };
    },
  }),
];

const refOf = ({ caller }: RouteContext, roomId: RoomId, given: TenantId | undefined): RoomRef => ({
  tenant: tenantOf(caller, given),
  roomId,
});

/**
 * A record as that caller may see it. Whom no room names learns nothing, not even whether there
 * is one.
 *
 * @throws SignalingError `forbidden`, `not_found`
 */
function readable(caller: Caller, record: RoomRecord | null): RoomRecord {
  if (caller.kind === 'user' && !caller.user.grants?.admin) {
    const { userId } = caller.user;
    if (record?.entitled.some((named) => named.userId === userId)) return record;
    throw new SignalingError('forbidden');
  }
  if (!record) throw new SignalingError('not_found');
  return record;
}
