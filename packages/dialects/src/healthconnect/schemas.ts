import { AppointmentId, DisplayName, PeerId, Role, RoomId, UserId } from '@switchboard/protocol';
import { z } from 'zod';

/** What its clients send; see `decode.ts` and `routes.ts` for what comes of it. */

export const JoinRoom = z.object({
  roomId: RoomId,
  userId: UserId,
  userType: Role.nullish(),
  userName: DisplayName.nullish(),
});

/** An offer, an answer or a candidate is beside it. */
export const Negotiation = z.looseObject({ to: PeerId });

export const InRoom = z.object({ roomId: RoomId });

export const Toggle = z.object({ roomId: RoomId, enabled: z.boolean() });

export const CallMessage = z.object({ roomId: RoomId, message: z.string() });

/** `POST /api/rooms/create` */
export const RoomCreation = z.object({
  appointmentId: AppointmentId.nullish(),
  doctorId: UserId,
  patientId: UserId,
});
