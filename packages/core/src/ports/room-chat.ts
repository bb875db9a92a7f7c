import type { ChatMessage, MessageId } from '@switchboard/protocol';
import type { Binding, RoomPosition, RoomRef } from './room-store.ts';

export interface SendMessageRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /** The message, but for its time, which the store gives. */
  readonly message: Omit<ChatMessage, 'at'>;
}

export type SendMessageOutcome =
  /** Now or, if its sender had sent one of that id before, then: with that text, that time. */
  | ({ readonly kind: 'sent'; readonly message: ChatMessage } & RoomPosition)
  /** Somebody else has sent a message of that id. */
  | { readonly kind: 'taken' }
  /** Not in the room, or in it under a higher epoch. */
  | { readonly kind: 'not-member' };

export interface ReadMessagesRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /** Only what was sent before this one; null for the last ones. */
  readonly before: MessageId | null;
  readonly limit: number;
}

/**
 * What is said in the rooms of the cluster. A message is a change of its room like any other, and
 * what the `RoomStore` promises of changes holds here. The last `limits.chatMessages` are kept
 * while the room exists; of those, a message that is sent again is known for the same one.
 */
export interface RoomChat {
  send(request: SendMessageRequest): Promise<SendMessageOutcome>;
  /** @returns the oldest first; nothing before one that is not kept; null if not in the room. */
  read(request: ReadMessagesRequest): Promise<readonly ChatMessage[] | null>;
}
