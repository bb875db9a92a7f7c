import {
  type Binding,
  type ClaimOutcome,
  type ClaimRequest,
  type EndingSession,
  type ExpiredSession,
  type Fence,
  type NewSession,
  type RegisterOutcome,
  type RoomKey,
  type RoomRef,
  roomKey,
  type SessionProfile,
  type SessionStore,
} from '@switchboard/core';
import type { NodeId, PeerId } from '@switchboard/protocol';

/** A session that is being ended comes up again if it is not settled within this time. */
const settleWithinMs = 5_000;
/** How long it is remembered that a session has ended. */
const tombstoneMs = 10 * 60_000;

export interface SessionRecord {
  session: NewSession;
  /** The lease under which the node holds it. */
  lease: string;
  state: 'bound' | 'detached' | 'ending';
  /** Whether it ends because another session of the same user is in its place. */
  isReplaced: boolean;
  /** When a detached session ends, or an ending one is handed out again. */
  dueAt: number;
  readonly rooms: Map<RoomKey, RoomRef>;
}

interface Tombstone {
  readonly until: number;
  /** By which the client of a replaced session is known. */
  readonly replacedDigest: string | null;
}

/** What the nodes on one backend share. */
export class SharedSessions {
  readonly records = new Map<PeerId, SessionRecord>();
  /** The next one to be forgotten first. */
  readonly tombstones = new Map<PeerId, Tombstone>();
  readonly fence: (node: NodeId, fence: Fence) => void;

  constructor(fence: (node: NodeId, fence: Fence) => void) {
    this.fence = fence;
  }

  /** Starts the grace of every session that is held under a lease. */
  detachLease(lease: string): void {
    for (const record of this.records.values()) {
      if (record.lease === lease && record.state === 'bound') detach(record);
    }
  }
}

/**
 * The sessions of one process, as one node sees them. Each method does its work before it first
 * yields, which makes it one step, as the port demands.
 */
export class MemorySessions implements SessionStore {
  readonly #shared: SharedSessions;
  /** The lease of this node at the moment. */
  readonly #lease: () => string;

  constructor(shared: SharedSessions, lease: () => string) {
    this.#shared = shared;
    this.#lease = lease;
  }

  async open(session: NewSession): Promise<void> {
    this.#write(session, []);
  }

  async isResumable(peerId: PeerId, secretDigest: string): Promise<boolean> {
    if (this.#isReplaced(peerId, secretDigest)) return true;
    const record = this.#shared.records.get(peerId);
    return record?.session.secretDigest === secretDigest && record.state !== 'ending';
  }

  async claim({ peerId, owner, secretDigest, node }: ClaimRequest): Promise<ClaimOutcome> {
    if (this.#isReplaced(peerId, secretDigest)) return { kind: 'replaced' };
    const record = this.#shared.records.get(peerId);
    if (!record || record.session.secretDigest !== secretDigest || record.state === 'ending') {
      return { kind: 'unknown' };
    }
    const { session } = record;
    if (session.owner !== owner) return { kind: 'forbidden' };
    const { epoch: previous, node: previousNode } = session.binding;
    const epoch = previous + 1;
    record.session = { ...session, binding: { peerId, node, epoch } };
    record.lease = this.#lease();
    record.state = 'bound';
    this.#shared.fence(previousNode, { peerId, epoch, node });
    const rooms = [...record.rooms.values()];
    const { graceMs, profile } = session;
    return { kind: 'claimed', epoch, previousNode, graceMs, profile, rooms };
  }

  async detach(binding: Binding): Promise<void> {
    const record = this.#current(binding);
    if (record) detach(record);
  }

  async describe(binding: Binding, profile: SessionProfile): Promise<boolean> {
    const record = this.#current(binding);
    if (record) record.session = { ...record.session, profile };
    return record !== undefined;
  }

  async intend(binding: Binding, room: RoomRef): Promise<boolean> {
    const record = this.#current(binding);
    record?.rooms.set(roomKey(room), room);
    return record !== undefined;
  }

  async forget(binding: Binding, room: RoomRef): Promise<void> {
    this.#current(binding)?.rooms.delete(roomKey(room));
  }

  async end(binding: Binding, how?: 'replaced'): Promise<EndingSession | null> {
    const record = this.#current(binding);
    if (!record) return null;
    record.isReplaced = how === 'replaced';
    return beginEnd(record);
  }

  async settle({ peerId, epoch }: EndingSession): Promise<void> {
    const record = this.#shared.records.get(peerId);
    if (record?.session.binding.epoch !== epoch) return;
    this.#shared.records.delete(peerId);
    this.#shared.tombstones.set(peerId, {
      until: performance.now() + tombstoneMs,
      replacedDigest: record.isReplaced ? record.session.secretDigest : null,
    });
  }

  /** One process: whoever asks looks at everything. */
  async takeExpired(): Promise<ExpiredSession[]> {
    const now = performance.now();
    for (const [peerId, { until }] of this.#shared.tombstones) {
      if (until > now) break;
      this.#shared.tombstones.delete(peerId);
    }
    const due = [...this.#shared.records.values()].filter(
      ({ state, dueAt }) => state !== 'bound' && dueAt <= now,
    );
    return due.map((record) => {
      const overdueMs = now - record.dueAt;
      return { ...beginEnd(record), overdueMs };
    });
  }

  async register(session: NewSession, rooms: readonly RoomRef[]): Promise<RegisterOutcome> {
    const { peerId, epoch } = session.binding;
    if (this.#shared.tombstones.has(peerId)) return 'ended';
    const record = this.#shared.records.get(peerId);
    if (record?.state === 'ending') return 'ended';
    const stored = record?.session.binding;
    if (stored && stored.epoch > epoch) {
      return stored.node === session.binding.node ? { raisedTo: stored.epoch } : 'claimed';
    }
    this.#write(session, [...(record?.rooms.values() ?? []), ...rooms]);
    return 'registered';
  }

  async listHeld(): Promise<Binding[]> {
    const lease = this.#lease();
    const held = [...this.#shared.records.values()].filter(
      (record) => record.lease === lease && record.state === 'bound',
    );
    return held.map(({ session }) => session.binding);
  }

  #write(session: NewSession, rooms: readonly RoomRef[]): void {
    this.#shared.records.set(session.binding.peerId, {
      session,
      lease: this.#lease(),
      state: 'bound',
      isReplaced: false,
      dueAt: 0,
      rooms: new Map(rooms.map((room) => [roomKey(room), room])),
    });
  }

  #isReplaced(peerId: PeerId, secretDigest: string): boolean {
    const record = this.#shared.records.get(peerId);
    if (record) return record.isReplaced && record.session.secretDigest === secretDigest;
    return this.#shared.tombstones.get(peerId)?.replacedDigest === secretDigest;
  }

  #current({ peerId, epoch }: Binding): SessionRecord | undefined {
    const record = this.#shared.records.get(peerId);
    const isCurrent = record?.session.binding.epoch === epoch && record.state !== 'ending';
    return isCurrent ? record : undefined;
  }
}

function detach(record: SessionRecord): void {
  record.state = 'detached';
  record.dueAt = performance.now() + record.session.graceMs;
}

/** The epoch is raised above every binding: leaving its rooms outdoes what its node may do. */
export function beginEnd(record: SessionRecord): EndingSession {
  const { binding, profile } = record.session;
  const epoch = binding.epoch + 1;
  record.session = { ...record.session, binding: { ...binding, epoch } };
  record.state = 'ending';
  record.dueAt = performance.now() + settleWithinMs;
  return { peerId: binding.peerId, epoch, profile, rooms: [...record.rooms.values()] };
}
