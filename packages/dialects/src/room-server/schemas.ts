import { PeerId, RoomId, UserId } from '@switchboard/protocol';
import { z } from 'zod';

/** What its clients send; see `decode.ts` for what comes of it. */

/** Two arguments: `roomId, userId`. */
export const JoinRoom = z.tuple([RoomId, UserId]);

/** Beside the target, anything. */
export const Negotiation = z.looseObject({ target: PeerId });

/** What is said counts without the white space around it. */
export const Message = z.object({ message: z.string().trim().min(1) });
