import { SignalingError } from '@switchboard/protocol';
import type {
  Binding,
  EndingSession,
  ExpiredSession,
  LeaseStore,
  NewSession,
  RoomRef,
  SessionProfile,
  SessionStore,
} from '../src/index.ts';
import { profile } from './samples.ts';

/** A session store that agrees at once, keeps what it was told, and can be switched off. */
export class WillingSessions implements SessionStore {
  readonly calls: string[] = [];
  /** What `claim` answers. */
  claimed: Awaited<ReturnType<SessionStore['claim']>> = { kind: 'unknown' };
  /** What `register` answers. */
  registered: Awaited<ReturnType<SessionStore['register']>> = 'registered';
  /** Sessions whose grace is over, handed out once. */
  expired: ExpiredSession[] = [];
  isAway = false;
  /** What `listHeld` answers. */
  held: Binding[] = [];
  /** What `describe` answers. */
  described = true;
  /** What `intend` answers. */
  intended = true;

  async open({ binding }: NewSession): Promise<void> {
    this.#note(`open ${binding.peerId}`);
  }
  async isResumable(): Promise<boolean> {
    this.#note('isResumable');
    return true;
  }
  async claim({ peerId }: Parameters<SessionStore['claim']>[0]) {
    this.#note(`claim ${peerId}`);
    return this.claimed;
  }
  async detach({ peerId }: Parameters<SessionStore['detach']>[0]): Promise<void> {
    this.#note(`detach ${peerId}`);
  }
  async describe({ peerId }: Binding, { userId }: SessionProfile): Promise<boolean> {
    this.#note(`describe ${peerId} as ${userId}`);
    return this.described;
  }
  async intend({ peerId }: { peerId: string }, { roomId }: RoomRef): Promise<boolean> {
    this.#note(`intend ${peerId} ${roomId}`);
    return this.intended;
  }
  async forget({ peerId }: { peerId: string }, { roomId }: RoomRef): Promise<void> {
    this.#note(`forget ${peerId} ${roomId}`);
  }
  async end(...[{ peerId, epoch }, how]: Parameters<SessionStore['end']>): Promise<EndingSession> {
    this.#note(how ? `end ${peerId}, ${how}` : `end ${peerId}`);
    return { peerId, epoch: epoch + 1, profile, rooms: [] };
  }
  async settle({ peerId }: EndingSession): Promise<void> {
    this.#note(`settle ${peerId}`);
  }
  async takeExpired(): Promise<ExpiredSession[]> {
    if (this.isAway) throw new SignalingError('unavailable');
    return this.expired.splice(0);
  }
  async register({ binding }: NewSession, rooms: readonly RoomRef[]) {
    const named = rooms.map(({ roomId }) => ` ${roomId}`).join('');
    this.#note(`register ${binding.peerId}${named}`);
    return this.registered;
  }
  async listHeld() {
    this.#note('listHeld');
    return this.held;
  }

  #note(call: string): void {
    this.calls.push(call);
    if (this.isAway) throw new SignalingError('unavailable');
  }
}

/** Leases of a node that is alone and always in time. */
export const willingLeases: LeaseStore = {
  leaseMs: 6_000,
  take: async () => {},
  renew: async () => ({
    kind: 'renewed',
    share: { index: 0, of: 1 },
    expired: [],
    dataLost: false,
    meanLoad: 0,
  }),
  list: async () => [],
  release: async () => {},
  bury: async () => {},
};
