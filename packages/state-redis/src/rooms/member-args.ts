import type { Binding, Introduction, RoomPreparation, RoomRef } from '@switchboard/core';
import { limits, type UserId } from '@switchboard/protocol';
import { nameOf } from '../keys.ts';
import { formatRole } from './member-role.ts';
import { prepareEvent, type StaticParticipant } from './room-event.ts';

/** What the scripts of this folder are given, as they expect it. */

/** What the scripts that bring somebody into a room have in common, in their order. */
export function placeArgs(
  room: RoomRef,
  { peerId, node, epoch }: Binding,
  who: {
    readonly flags: string;
    readonly soleUser: UserId | null;
    readonly introduction: Introduction;
  },
): (string | number)[] {
  const { role, ...rest } = who.introduction;
  const participant: StaticParticipant = rest;
  return [
    peerId,
    epoch,
    node,
    who.flags,
    formatIntroduction(who.introduction),
    formatUser(who.soleUser),
    formatRole(role),
    prepareEvent(room, { type: 'joined', member: { node, epoch, participant } }),
    prepareEvent(room, { type: 'rebound', peerId, node, epoch }),
    prepareEvent(room, { type: 'left', reason: 'replaced' }),
    prepareEvent(room, { type: 'started' }),
    formatUser(rest.userId ?? null),
    room.roomId,
  ];
}

/** As it stands behind a member's role; its peer id is the name of the field. */
export function formatIntroduction({ peerId: _, role: __, ...stored }: Introduction): string {
  return JSON.stringify(stored);
}

/** Without spaces, which end it in a member's record, and never the sign of nobody. */
export const formatUser = (user: UserId | null): string =>
  user === null ? '-' : `u${encodeURIComponent(user)}`;

/** What was prepared, as `prepare` in prelude.lua expects it. */
export function preparationArgs(
  room: RoomRef,
  preparation: RoomPreparation | null,
): (string | number)[] {
  if (preparation === null) return [''];
  const { keepMs, requiredRoles, screenRoles, entitled } = preparation;
  return [
    JSON.stringify(preparation),
    keepMs,
    requiredRoles.map(formatRole).join(' '),
    screenRoles === null ? 0 : 1,
    (screenRoles ?? []).map(formatRole).join(' '),
    limits.preparedRoomMs,
    nameOf(room),
    ...entitled.flatMap(({ userId, role }) => [formatUser(userId), formatRole(role)]),
  ];
}
