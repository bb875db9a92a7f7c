import type { PeerId } from '@switchboard/protocol';
import type { Delivery, Notice } from './ports/delivery.ts';
import type { Session } from './session.ts';

/** The sessions that this node holds, connected or within their grace. */
export class Sessions implements Delivery {
  readonly #sessions = new Map<PeerId, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  /** Those that have a connection. */
  get connectedCount(): number {
    let count = 0;
    for (const { outlet } of this.#sessions.values()) if (outlet) count += 1;
    return count;
  }

  get(peerId: PeerId): Session | undefined {
    return this.#sessions.get(peerId);
  }

  add(session: Session): void {
    this.#sessions.set(session.peerId, session);
  }

  /** Whether it is this very session, and not a later one of the same client. */
  holds(session: Session): boolean {
    return this.#sessions.get(session.peerId) === session;
  }

  /** A later session of the same client stays. */
  remove(session: Session): void {
    if (this.holds(session)) this.#sessions.delete(session.peerId);
  }

  deliver(to: Iterable<PeerId>, notice: Notice): void {
    for (const peerId of to) this.#sessions.get(peerId)?.deliver(notice);
  }

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#sessions.values();
  }
}
