import type {
  ReadMessagesRequest,
  RoomChat,
  SendMessageOutcome,
  SendMessageRequest,
} from '@switchboard/core';
import { type ChatMessage, limits } from '@switchboard/protocol';
import type { MemoryRooms } from './memory-rooms.ts';

/** What is said in the rooms of one process. */
export class MemoryChat implements RoomChat {
  readonly #rooms: MemoryRooms;

  constructor(rooms: MemoryRooms) {
    this.#rooms = rooms;
  }

  async send({ room, binding, message: sent }: SendMessageRequest): Promise<SendMessageOutcome> {
    const open = this.#rooms.open(room, binding);
    if (!open) return { kind: 'not-member' };
    const { contents, position } = open;
    const known = contents.messages.find(({ message }) => message.id === sent.id);
    if (known) {
      if (authorOf(known.message) !== authorOf(sent)) return { kind: 'taken' };
      return { kind: 'sent', ...position, ...known };
    }
    const message: ChatMessage = { ...sent, at: Date.now() };
    const { incarnation, rev } = open.publish({ type: 'message-sent', message });
    contents.messageCount += 1;
    contents.messages.push({ message, rev });
    if (contents.messages.length > limits.chatMessages) contents.messages.shift();
    return { kind: 'sent', message, incarnation, rev };
  }

  async read(request: ReadMessagesRequest): Promise<readonly ChatMessage[] | null> {
    const { room, binding, before, limit } = request;
    const open = this.#rooms.open(room, binding);
    if (!open) return null;
    const messages = open.contents.messages.map(({ message }) => message);
    const end = before === null ? messages.length : messages.findIndex(({ id }) => id === before);
    return messages.slice(Math.max(end - limit, 0), Math.max(end, 0));
  }
}

/** A user writes with whichever session; who is nobody in particular, with one. */
const authorOf = ({ userId, from }: Pick<ChatMessage, 'userId' | 'from'>): string =>
  userId === undefined ? `peer ${from}` : `user ${userId}`;
