import type { EventPayload, PeerId, RoomSnapshot } from '@switchboard/protocol';
import { type Annotations, RoomAnnotations } from './annotations.ts';
import { type Chat, RoomChat } from './chat.ts';
import type { RoomLink } from './room-link.ts';
import { RoomTyping, type Typing } from './typing.ts';

/** A change of a room that is not about its participants. */
type ContentChange = 'chat:message' | 'annotation:changed' | 'annotation:removed';

export interface RoomContentsOptions {
  readonly link: RoomLink;
  /** Whether a change has not been seen yet; from then on it has. */
  readonly advance: (change: EventPayload<ContentChange>) => boolean;
}

/** What participants say and put into a room, and what the cluster's events do to it. */
export class RoomContents {
  readonly #chat: RoomChat;
  readonly #typing: RoomTyping;
  readonly #annotations: RoomAnnotations;
  readonly #advance: RoomContentsOptions['advance'];

  constructor({ link, advance }: RoomContentsOptions, snapshot: RoomSnapshot) {
    this.#advance = advance;
    this.#chat = new RoomChat(link, snapshot);
    this.#typing = new RoomTyping(link);
    this.#annotations = new RoomAnnotations(link, snapshot);
  }

  get chat(): Chat {
    return this.#chat;
  }

  get typing(): Typing {
    return this.#typing;
  }

  get annotations(): Annotations {
    return this.#annotations;
  }

  hearMessage(event: EventPayload<'chat:message'>): void {
    if (!this.#advance(event)) return;
    this.#typing.hear(event.message.from, false);
    this.#chat.hear(event.message);
  }

  hearTyping({ from, isTyping }: EventPayload<'chat:typing'>): void {
    this.#typing.hear(from, isTyping);
  }

  hearAnnotationChanged(event: EventPayload<'annotation:changed'>): void {
    if (this.#advance(event)) this.#annotations.hearChanged(event, event.annotation);
  }

  hearAnnotationRemoved(event: EventPayload<'annotation:removed'>): void {
    if (this.#advance(event)) this.#annotations.hearRemoved(event, event.id);
  }

  /** What is different from before has happened without having been told. */
  catchUp(snapshot: RoomSnapshot): void {
    this.#chat.catchUp(snapshot);
    this.#annotations.catchUp(snapshot);
  }

  /** A participant is gone, or without a connection. */
  forget(peerId: PeerId): void {
    this.#typing.hear(peerId, false);
  }

  close(): void {
    this.#typing.close();
  }
}
