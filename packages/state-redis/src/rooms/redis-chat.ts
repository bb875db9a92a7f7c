import type {
  ReadMessagesRequest,
  RoomChange,
  RoomChat,
  SendMessageOutcome,
  SendMessageRequest,
} from '@switchboard/core';
import { type ChatMessage, limits } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { parsePosition } from './room-answer.ts';
import { prepareEventUpTo, prepareTimed } from './room-event.ts';
import { RoomScripts } from './room-scripts.ts';

const sent = { type: 'message-sent' } as const satisfies Partial<RoomChange>;

/** What is said in the rooms of the cluster, in Redis. */
export class RedisChat implements RoomChat {
  readonly #scripts: RoomScripts<'send-message' | 'read-messages'>;

  constructor(redis: RedisClient, keys: Keys) {
    this.#scripts = new RoomScripts(redis, keys, ['send-message', 'read-messages']);
  }

  async send({ room, binding, message }: SendMessageRequest): Promise<SendMessageOutcome> {
    const answer = await this.#scripts.run<SendMessageOutcome['kind']>('send-message', room, [
      binding.peerId,
      binding.epoch,
      encodeURIComponent(message.id),
      authorOf(message),
      prepareTimed(message),
      prepareEventUpTo(room, sent, 'message'),
      limits.chatMessages,
    ]);
    const [kind, incarnation, rev, json] = answer;
    if (kind !== 'sent') return { kind };
    return { kind, ...parsePosition([incarnation, rev]), message: JSON.parse(json as string) };
  }

  async read(request: ReadMessagesRequest): Promise<readonly ChatMessage[] | null> {
    const { room, binding, before, limit } = request;
    const [kind, ...messages] = await this.#scripts.run<'read' | 'not-member'>(
      'read-messages',
      room,
      // A message id is never empty.
      [binding.peerId, binding.epoch, encodeURIComponent(before ?? ''), limit],
    );
    return kind === 'read' ? messages.map((json) => JSON.parse(json as string)) : null;
  }
}

/** A user writes with whichever session; who is nobody in particular, with one. No spaces. */
const authorOf = ({ userId, from }: Pick<ChatMessage, 'userId' | 'from'>): string =>
  userId === undefined ? `p${encodeURIComponent(from)}` : `u${encodeURIComponent(userId)}`;
