import type { PeerId } from '@switchboard/protocol';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import type { RoomLink } from './room-link.ts';

export interface TypingEvents {
  changed: { readonly peerId: PeerId; readonly isTyping: boolean };
}

/** Who is writing at the moment. */
export interface Typing extends Subscribable<TypingEvents> {
  readonly peers: ReadonlySet<PeerId>;
  /**
   * Says whether one is writing; to be called at every key: it is passed on no more often than
   * the others need it. Whoever cannot be told is not.
   */
  set(isTyping: boolean): void;
}

/** Who has not said again for so long that they are typing is taken to have stopped, in ms. */
const patienceMs = 10_000;
/** How often it is said again, in ms. */
const repeatMs = 4_000;

export class RoomTyping implements Typing {
  readonly #link: RoomLink;
  readonly #events = new Emitter<TypingEvents>();
  readonly #timers = new Map<PeerId, ReturnType<typeof setTimeout>>();
  readonly #peers = new Set<PeerId>();
  /** When the others were last told that one is typing; null if they were told of the end. */
  #toldAt: number | null = null;

  constructor(link: RoomLink) {
    this.#link = link;
  }

  get peers(): ReadonlySet<PeerId> {
    return this.#peers;
  }

  on<K extends keyof TypingEvents>(event: K, handler: Handler<TypingEvents[K]>): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof TypingEvents>(event: K, handler: Handler<TypingEvents[K]>): () => void {
    return this.#events.once(event, handler);
  }

  set(isTyping: boolean): void {
    const now = performance.now();
    const isKnown = this.#toldAt !== null && now - this.#toldAt < repeatMs;
    if (isTyping ? isKnown : this.#toldAt === null) return;
    this.#toldAt = isTyping ? now : null;
    const { roomId, send } = this.#link;
    const payload = { roomId, isTyping };
    send({ command: 'chat:typing', payload, take: () => undefined }).catch(() => undefined);
  }

  hear(peerId: PeerId, isTyping: boolean): void {
    clearTimeout(this.#timers.get(peerId));
    this.#timers.delete(peerId);
    if (isTyping) {
      this.#timers.set(
        peerId,
        setTimeout(() => this.hear(peerId, false), patienceMs),
      );
    }
    if (isTyping === this.#peers.has(peerId)) return;
    if (isTyping) this.#peers.add(peerId);
    else this.#peers.delete(peerId);
    this.#events.emit('changed', { peerId, isTyping });
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#peers.clear();
  }
}
