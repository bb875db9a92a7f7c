import { AnnotationId, Role, RoomId, UserId } from '@switchboard/protocol';
import { z } from 'zod';

/** What its clients send; see `decode.ts` and `routes.ts`. A call goes by the id of its room. */

export const Self = z.object({ userId: UserId });

export const CallRequest = z.object({ callId: RoomId, from: UserId, to: UserId });

export const CallResponse = z.object({ ...CallRequest.shape, accepted: z.boolean() });

export const JoinCall = z.object({ callId: RoomId, userId: UserId, role: Role });

/** Beside it, the offer, the answer or the candidate. */
export const Negotiation = z.looseObject({ callId: RoomId, to: UserId });

export const PutAnnotation = z.object({
  callId: RoomId,
  id: AnnotationId,
  from: UserId,
  text: z.string(),
  x: z.number(),
  y: z.number(),
  objectId: z.string().optional(),
});

export const EndCall = z.object({ callId: RoomId, to: UserId.optional() });

/** What is relayed when somebody ends a call: for one user, or for all. */
export const CallEnding = z.object({ to: UserId.optional() });

/** `POST /login` */
export const Login = z.object({
  username: z.string().min(1).max(128),
  password: z.string().min(1).max(1_024),
});
