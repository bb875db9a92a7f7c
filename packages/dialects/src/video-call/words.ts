import type {
  MediaKind,
  PeerId,
  RoomId,
  RoomRecord,
  RoomStatus,
  UserId,
} from '@switchboard/protocol';
import type { Link } from '../dialect.ts';

/** The two whom an appointment is between; the cluster knows them by these roles. */
export const roles = { practitioner: 'practitioner', patient: 'patient' } as const;
export type AppointmentRole = keyof typeof roles;

export const statuses: { readonly [K in RoomStatus]: string } = {
  waiting: 'Waiting',
  'in-progress': 'InProgress',
  ended: 'Ended',
};

/** By which event others are told of what somebody has switched. */
export const toggleEvents: Readonly<Record<Exclude<MediaKind, 'screen'>, string>> = {
  camera: 'video-toggled',
  microphone: 'audio-toggled',
};

/** `room_<epoch ms>_<random>` */
export const newRoomId = (): string =>
  `room_${Date.now()}_${crypto.randomUUID().replaceAll('-', '')}`;

/** The patient or the practitioner of a room's appointment. */
export const userAs = ({ entitled }: RoomRecord, role: AppointmentRole): UserId | undefined =>
  entitled.find((each) => each.role === roles[role])?.userId;

/** Whether somebody is the patient or the practitioner. */
export const isParty = (record: RoomRecord, userId: UserId | null): boolean =>
  userId !== null &&
  (userId === userAs(record, 'patient') || userId === userAs(record, 'practitioner'));

/** By whom an event is, for clients who know users only. */
export const userOf = ({ rooms }: Link, roomId: RoomId, peerId: PeerId): string =>
  rooms.get(roomId)?.get(peerId)?.userId ?? peerId;
