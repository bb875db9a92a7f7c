import type { NodeId, PeerId } from '@switchboard/protocol';
import type { Memberships } from './memberships.ts';
import { PendingClaims } from './pending-claims.ts';
import type { Bus, Fence } from './ports/bus.ts';
import type { Notice } from './ports/delivery.ts';
import type { RoomRef } from './ports/room-store.ts';
import type { ClaimOutcome, SessionStore } from './ports/session-store.ts';
import { ownerOf } from './principal.ts';
import { recall } from './profile.ts';
import type { Reconciler } from './reconciler.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';
import type { SessionLifecycle, SessionRequest } from './session-lifecycle.ts';
import type { Sessions } from './sessions.ts';
import type { Attachments } from './users/attachments.ts';

export interface ResumeRequest extends SessionRequest {
  /** The epoch of the binding that its client had last, as far as it says; 0 where it does not. */
  readonly lastEpoch: number;
}

export type ResumeOutcome =
  | { readonly kind: 'resumed'; readonly session: Session }
  /** Another session of the same user is in its place, or another connection has it by now. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden' };

/** What the former node of a session has kept for its client. */
export interface Handover {
  readonly peerId: PeerId;
  /** Of the claim. */
  readonly epoch: number;
  readonly notices: readonly Notice[];
}

export interface SessionResumeDependencies {
  readonly node: NodeId;
  readonly store: SessionStore;
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly memberships: Memberships;
  readonly attachments: Attachments;
  readonly reconciler: Reconciler;
  readonly lifecycle: SessionLifecycle;
}

/** How sessions are taken over by another connection, here or at another node. */
export class SessionResume {
  readonly #dependencies: SessionResumeDependencies;
  readonly #pendingClaims = new PendingClaims();
  /** What has come before the answer to the claim that it is for. */
  readonly #early = new Map<PeerId, Handover>();

  constructor(dependencies: SessionResumeDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Takes a session over for a client that has come back, here or from another node. It has no
   * connection until one is attached; what it is told until then is kept.
   *
   * @throws SignalingError `unavailable` when that cannot be decided now.
   */
  async resume(request: ResumeRequest): Promise<ResumeOutcome> {
    const { sessions, attachments, lifecycle, reconciler } = this.#dependencies;
    using _ = this.#forgettingEarly(request.peerId);
    using pending = this.#pendingClaims.begin(request.peerId);
    let claim: ClaimOutcome;
    try {
      claim = await this.#claim(request);
    } catch (error) {
      // The claim may have been carried out, and nobody holds then what it has made.
      reconciler.requestOrphan(request.peerId);
      const session = this.#vouchFor(request);
      if (!session) throw error;
      return { kind: 'resumed', session };
    }
    if (claim.kind !== 'claimed') return claim;
    // Of several connections that claim it at once, the answers may come in any order.
    const former = sessions.get(request.peerId);
    const latest = Math.max(pending.claimedAt, former?.binding.epoch ?? 0);
    if (latest > claim.epoch) return { kind: 'replaced' };
    const { epoch, graceMs, profile } = claim;
    const principal = recall(request.principal, profile);
    const session = lifecycle.create({ ...request, principal, client: profile, graceMs }, epoch);
    // Whoever shows a token and is nobody all the same has taken back who they are.
    if (profile.userId === undefined) session.identify(null);
    session.isWritten = true;
    // Whoever comes back from a binding that it does not know of has had its turn: of two clients
    // with one token, one is to stay away in the end.
    if (request.lastEpoch > 0 && request.lastEpoch >= epoch - 1) session.expectStraggler();
    if (former) this.#succeed(former, session, claim.rooms);
    sessions.add(session);
    const early = this.#early.get(request.peerId);
    if (early) this.receiveHandover(early);
    await Promise.all([
      this.#enterAgain(session, claim.rooms),
      attachments.attach(session).catch(() => reconciler.request(session)),
    ]);
    return session.isClosed ? { kind: 'replaced' } : { kind: 'resumed', session };
  }

  /** Another connection has claimed the session, here or elsewhere. */
  fence({ peerId, epoch, node }: Fence): void {
    const { sessions, lifecycle, bus, reconciler } = this.#dependencies;
    this.#pendingClaims.hear(peerId, epoch);
    const session = sessions.get(peerId);
    if (!session || session.binding.epoch >= epoch) return;
    if (node === null) {
      lifecycle.drop(session, 'evicted');
      return;
    }
    if (node === this.#dependencies.node) {
      // A claim of our own: its answer is on its way, or we had given up waiting for it.
      if (!this.#pendingClaims.has(peerId)) reconciler.request(session);
      return;
    }
    // Not what happened in its rooms: the client is shown them as they are, and has maybe been.
    const notices = keptFor(epoch, session).filter(isPersonal);
    lifecycle.letGo(session);
    session.close(session.whenFenced);
    if (notices.length === 0) return;
    try {
      bus.send(node, { type: 'handover', peerId, epoch, notices });
    } catch {
      // There is no way out at the moment, and a client that cares for delivery sends again.
    }
  }

  /** The former node of a session hands over what it has kept. */
  receiveHandover(handover: Handover): void {
    const { peerId, epoch, notices } = handover;
    const session = this.#dependencies.sessions.get(peerId);
    if (session?.binding.epoch === epoch) for (const notice of notices) session.deliver(notice);
    else if (this.#pendingClaims.has(peerId)) this.#early.set(peerId, handover);
  }

  /** Disposed when a claim has been answered: what came early is needed for no longer than that. */
  #forgettingEarly(peerId: PeerId): Disposable {
    return {
      [Symbol.dispose]: () => {
        if (!this.#pendingClaims.has(peerId)) this.#early.delete(peerId);
      },
    };
  }

  /**
   * While the store is away, this node can still vouch for what it holds itself: unless the client
   * has been bound since by another node, which this one has not heard of.
   */
  #vouchFor(request: ResumeRequest): Session | undefined {
    const { sessions, memberships, lifecycle, reconciler } = this.#dependencies;
    const local = sessions.get(request.peerId);
    if (!local || !isHeldFor(local, request)) return undefined;
    reconciler.request(local);
    lifecycle.stopGrace(local);
    local.isVouchedFor = true;
    local.prolong(recall(request.principal, local.record.profile));
    local.yieldConnection();
    memberships.showAll(local);
    return local;
  }

  async #claim({ peerId, principal, secretDigest }: SessionRequest): Promise<ClaimOutcome> {
    const { store, node, reconciler } = this.#dependencies;
    // Between the claim and its answer the store names this node as the holder of a session
    // that nobody here knows; that is no orphan.
    using _ = reconciler.expectClaim(peerId);
    return await store.claim({ peerId, owner: ownerOf(principal), secretDigest, node });
  }

  /**
   * The later session of the same client takes over what the earlier one has kept for it. Rooms
   * that it has left since, at another node of which this one was not told, it hears no more of.
   */
  #succeed(former: Session, session: Session, rooms: readonly RoomRef[]): void {
    const { lifecycle, attachments, memberships } = this.#dependencies;
    lifecycle.stopGrace(former);
    attachments.release(former);
    const kept = new Set(rooms.map(roomKey));
    for (const [key, { room }] of former.memberships) {
      if (!kept.has(key)) memberships.dismiss(former, room);
    }
    for (const notice of keptFor(session.binding.epoch, former)) session.deliver(notice);
    former.close('replaced');
  }

  async #enterAgain(session: Session, rooms: readonly RoomRef[]): Promise<void> {
    const { memberships } = this.#dependencies;
    const enter = (room: RoomRef) =>
      session.inTurn(roomKey(room), () => memberships.rebind(session, room));
    await Promise.all(rooms.map(enter));
  }
}

/**
 * What a session has kept for the next binding of its client. When there was another one in between,
 * the client has been told more since, and would be set back.
 */
const keptFor = (epoch: number, session: Session): readonly Notice[] => {
  const backlog = session.takeBacklog();
  return epoch === session.binding.epoch + 1 ? backlog : [];
};

/** What its client learns in no other way: its rooms it is shown as they are. */
const isPersonal = ({ type }: Notice): boolean =>
  type === 'signal' ||
  type === 'signal-failed' ||
  type === 'relayed' ||
  type === 'membership-ended' ||
  type === 'call-changed' ||
  type === 'room-ended';

function isHeldFor(
  session: Session,
  { principal, secretDigest, lastEpoch }: ResumeRequest,
): boolean {
  const { record, binding } = session;
  if (binding.epoch < lastEpoch) return false;
  return record.secretDigest === secretDigest && record.owner === ownerOf(principal);
}
