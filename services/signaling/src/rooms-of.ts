import type { Directory } from '@switchboard/core';
import type { RoomDirectory } from '@switchboard/dialects';
import type { TenantId } from '@switchboard/protocol';

/** The rooms of a tenant, as the older protocols see them. */
export const roomsOf = (rooms: Directory['rooms'], tenant: TenantId): RoomDirectory => ({
  prepare: async (request) => (await rooms.prepare({ ...request, tenant })).record,
  record: (roomId) => rooms.record({ tenant, roomId }),
  ofAppointment: (id) => rooms.recordOfAppointment(tenant, id),
  start: async (roomId) => {
    await rooms.start({ tenant, roomId });
  },
  end: async (roomId) => {
    await rooms.end({ tenant, roomId });
  },
  list: ({ isEmptyToo = false, ...page }) =>
    rooms.list({ ...page, tenant, onlyOccupied: !isEmptyToo }),
  totals: () => rooms.totals(tenant),
});
