import type { Incarnation, PeerId, TenantId } from '@switchboard/protocol';
import type { Binding, RoomRef } from './ports/room-store.ts';
import type { RoomKey } from './room-key.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Who is acting. */
export interface Principal {
  readonly tenant: TenantId;
}

/** A session's part in one room. */
export type Membership =
  /** The store has been asked; nobody knows the answer yet. */
  | { readonly state: 'joining'; readonly room: RoomRef }
  /** Somewhere at or before `incarnation` and `rev` the session entered. */
  | {
      readonly state: 'joined';
      readonly room: RoomRef;
      readonly incarnation: Incarnation;
      readonly rev: number;
    }
  /** The store did not answer: the session may or may not be in the room. */
  | { readonly state: 'uncertain'; readonly room: RoomRef };

/** One client's logical connection, on the node that holds it. */
export class Session {
  readonly binding: Binding;
  readonly principal: Principal;
  readonly bucket: TokenBucket;
  readonly memberships = new Map<RoomKey, Membership>();
  /** The last task of each room's queue; an entry exists while one is running. */
  readonly #queues = new Map<RoomKey, Promise<void>>();
  #isClosed = false;

  constructor(binding: Binding, principal: Principal, bucket: TokenBucket) {
    this.binding = binding;
    this.principal = principal;
    this.bucket = bucket;
  }

  get peerId(): PeerId {
    return this.binding.peerId;
  }

  /** A closed session enters nothing any more; what is still under way is undone. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /**
   * Runs what changes this session's membership of a room, one task after another in order of
   * calls: entering and leaving must not overtake each other.
   */
  inTurn(key: RoomKey, task: () => Promise<void>): Promise<void> {
    const previous = this.#queues.get(key);
    const current = previous ? previous.then(task, task) : task();
    this.#queues.set(key, current);
    const done = () => {
      if (this.#queues.get(key) === current) this.#queues.delete(key);
    };
    current.then(done, done);
    return current;
  }
}
