import { RoomId, UserId } from '@switchboard/protocol';
import { z } from 'zod';

/** What its clients and the appointment system send; see `decode.ts` and `routes.ts`. */

/** Every payload says where, and who its sender is. */
const here = { roomId: RoomId, userId: UserId };

export const InRoom = z.object(here);

export const Toggle = z.object({ ...here, isEnabled: z.boolean() });

/** An offer, an answer, or a bare candidate. */
export const Signal = z.object({ ...here, signal: z.looseObject({}) });

const Name = z.string().max(128);

const Person = z.object({ id: UserId, firstName: Name.default(''), lastName: Name.default('') });

/** `POST /video-call/room/appointment/:appointmentId/create`: the appointment, as it is booked. */
export const Appointment = z.object({
  type: Name.optional(),
  scheduledDate: z.string().max(64).nullable().default(null),
  patient: Person,
  practitioner: Person,
});
export type Appointment = z.infer<typeof Appointment>;

/** What is kept with the room: its own id, by which the record is known, and the appointment. */
export const RoomFile = z.object({ id: z.string(), appointment: Appointment });
