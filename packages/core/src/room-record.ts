import type { RoomRecord } from '@switchboard/protocol';
import type { RoomRef, RoomState } from './ports/room-store.ts';

/** A stored room as servers and operators see it. */
export function recordOf({ roomId }: RoomRef, state: RoomState): RoomRecord {
  const { preparation, progress, capacity, duplicates, createdAt, updatedAt, members } = state;
  const startedAt = progress.status === 'waiting' ? null : progress.startedAt;
  return {
    roomId,
    ...(preparation?.appointmentId && { appointmentId: preparation.appointmentId }),
    status: progress.status,
    capacity,
    duplicates,
    entitled: [...(preparation?.entitled ?? [])],
    requiredRoles: [...(preparation?.requiredRoles ?? [])],
    screenRoles: preparation?.screenRoles ? [...preparation.screenRoles] : null,
    data: preparation?.data ?? null,
    createdAt,
    ...(startedAt !== null && { startedAt }),
    ...(progress.status === 'ended' && { endedAt: progress.endedAt }),
    updatedAt,
    annotations: state.annotations,
    participants: members.map(({ participant }) => participant),
  };
}
