import type { PresenceStatus, UserId, UserPresence } from '@switchboard/protocol';
import { limits } from '@switchboard/protocol/limits';
import type { SocketPort } from '../connection/socket-port.ts';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import { persist } from '../persist.ts';
import type { Send } from '../room/join.ts';

export interface PresenceEvents {
  /** A user who is watched is in another state than before. */
  changed: UserPresence;
}

/** How other users are, over all their devices. */
export interface Presence extends Subscribable<PresenceEvents> {
  /** Who is watched, and how they are as far as is known. */
  readonly users: ReadonlyMap<UserId, PresenceStatus>;
  /**
   * Begins to watch users, and says how they are. They are watched until `unwatch`, whatever
   * becomes of connections.
   *
   * @throws SwitchboardError, among others `too_many_watched`: then none of them is.
   */
  watch(userIds: readonly string[]): Promise<readonly UserPresence[]>;
  /** Ceases to; `changed` comes for them no more. */
  unwatch(userIds: readonly string[]): void;
}

export class WatchedUsers implements Presence {
  readonly #send: Send;
  readonly #events = new Emitter<PresenceEvents>();
  readonly #users = new Map<UserId, PresenceStatus>();
  /** Users who are asked about just now, so often: they may be told of before the answer. */
  readonly #asked = new Map<string, number>();
  #connection = new AbortController();

  constructor(send: Send) {
    this.#send = send;
  }

  get users(): ReadonlyMap<UserId, PresenceStatus> {
    return this.#users;
  }

  on<K extends keyof PresenceEvents>(event: K, handler: Handler<PresenceEvents[K]>): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof PresenceEvents>(event: K, handler: Handler<PresenceEvents[K]>): () => void {
    return this.#events.once(event, handler);
  }

  async watch(userIds: readonly string[]): Promise<readonly UserPresence[]> {
    const added = userIds.filter((userId) => !this.#users.has(userId as UserId));
    try {
      const answers = await Promise.all(inParts(userIds).map((part) => this.#ask(part)));
      return answers.flat();
    } catch (error) {
      this.unwatch(added);
      throw error;
    }
  }

  unwatch(userIds: readonly string[]): void {
    for (const userId of userIds) {
      this.#users.delete(userId as UserId);
      this.#asked.delete(userId);
    }
    for (const part of inParts(userIds)) {
      const payload = { userIds: part };
      // Without a connection nothing is watched anyway.
      this.#send({ command: 'presence:unwatch', payload, take: () => undefined }).catch(
        () => undefined,
      );
    }
  }

  listen(socket: SocketPort): void {
    socket.on('presence:changed', (event) => this.#hear(event));
  }

  /** There is another connection, on which nothing is watched yet. */
  watchAgain(): void {
    this.suspend();
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    for (const part of inParts([...this.#users.keys()])) {
      persist(() => this.#ask(part.filter((userId) => this.#users.has(userId as UserId))), {
        signal,
      }).catch((error: unknown) => {
        if (!(error instanceof SwitchboardError)) throw error;
      });
    }
  }

  /** The connection is gone; what is known stays as it is. */
  suspend(): void {
    this.#connection.abort();
  }

  /** There will be no connection any more. */
  close(): void {
    this.suspend();
    this.#users.clear();
  }

  async #ask(userIds: readonly string[]): Promise<readonly UserPresence[]> {
    if (userIds.length === 0) return [];
    this.#count(userIds, 1);
    try {
      return await this.#send({
        command: 'presence:watch',
        payload: { userIds: [...userIds] },
        take: ({ users }) => {
          for (const user of users) this.#hear(user);
          return users;
        },
      });
    } finally {
      this.#count(userIds, -1);
    }
  }

  #hear({ userId, status }: UserPresence): void {
    const before = this.#users.get(userId);
    // Whom nobody watches any more.
    if (before === undefined && !this.#asked.has(userId)) return;
    this.#users.set(userId, status);
    if (before !== undefined && before !== status) this.#events.emit('changed', { userId, status });
  }

  #count(userIds: readonly string[], by: number): void {
    for (const userId of userIds) {
      const count = (this.#asked.get(userId) ?? 0) + by;
      if (count > 0) this.#asked.set(userId, count);
      else this.#asked.delete(userId);
    }
  }
}

/** As many at once as one command takes. */
function inParts(userIds: readonly string[]): string[][] {
  const unique = [...new Set(userIds)];
  const parts: string[][] = [];
  for (let first = 0; first < unique.length; first += limits.watchedAtOnce) {
    parts.push(unique.slice(first, first + limits.watchedAtOnce));
  }
  return parts;
}
