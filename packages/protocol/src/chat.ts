import { z } from 'zod';
import { PeerId, printableText, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { DisplayName } from './room.ts';

/** Chosen by the client that sends, so that a message sent again is known for the same one. */
export const MessageId = printableText(limits.messageIdLength).brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;

/** As it was written; whoever shows it escapes it. */
export const ChatText = z.string().min(1).max(limits.chatTextLength);

/** One message of a room's chat. */
export const ChatMessage = z.strictObject({
  id: MessageId,
  /** Who sent it, as they were shown in the room then. */
  from: PeerId,
  userId: UserId.optional(),
  name: DisplayName.optional(),
  text: ChatText,
  /** Epoch milliseconds by the cluster's own clock. */
  at: z.int(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;
