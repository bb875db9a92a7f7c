import { AppointmentId, PeerId, RoomId, UserId } from '@switchboard/protocol';
import { z } from 'zod';

/** What its clients and the servers behind it send; see `decode.ts` and `routes.ts`. */

/** Two arguments: `sessionId, userId`. */
export const JoinRoom = z.tuple([RoomId, UserId]);

/** `{type, sdp}` or `{candidate}` is beside it. */
export const Signal = z.looseObject({ room: RoomId });

/** Beside the target, anything. */
export const Negotiation = z.looseObject({ target: PeerId });

/** `POST /sessions` */
export const SessionCreation = z.object({
  appointmentId: AppointmentId,
  doctorId: UserId,
  patientId: UserId,
});

export const SessionRole = z.enum(['doctor', 'patient']);
export type SessionRole = z.infer<typeof SessionRole>;

/** `POST /sessions/:sessionId/join` */
export const SessionJoin = z.object({ role: SessionRole, userId: UserId });
