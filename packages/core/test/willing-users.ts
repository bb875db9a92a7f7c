import type { CallStore, NamedCall, UserRef, UserStore } from '../src/index.ts';

/** A user store that agrees at once, and keeps what it was told. */
export class WillingUsers implements UserStore {
  readonly calls: string[] = [];
  /** The calls that `attach` and `detach` answer with. */
  named: NamedCall[] = [];

  async attach({ userId }: UserRef, { peerId, epoch }: Parameters<UserStore['attach']>[1]) {
    this.calls.push(`attach ${peerId}@${epoch} to ${userId}`);
    return { kind: 'attached', calls: this.named } as const;
  }
  async detach({ userId }: UserRef, { peerId, epoch }: Parameters<UserStore['detach']>[1]) {
    this.calls.push(`detach ${peerId}@${epoch} from ${userId}`);
    return this.named;
  }
  async keep() {
    return [];
  }
  async takeLost() {
    return [];
  }
  async intend() {
    return { kind: 'intended', isInCall: false } as const;
  }
  async engage() {
    return { isHere: true };
  }
  async release() {}
  async find() {
    return null;
  }
  async watch(users: readonly UserRef[]) {
    return users.map((user) => ({ user, status: 'offline', rev: 1 }) as const);
  }
  async unwatch() {}
}

/** A call store in which there are no calls. */
export const emptyCalls: CallStore = {
  invite: async () => {
    throw new Error('nobody calls anybody here');
  },
  change: async () => ({ kind: 'absent' }),
  read: async () => null,
  settle: async () => {},
  takeDue: async () => [],
  register: async () => {},
  list: async () => ({ calls: [], cursor: null }),
};
