import { type CommandInput, type NodeId, SignalingError } from '@switchboard/protocol';
import type { Arrivals } from './arrivals.ts';
import { type Detours, mayGoAgain } from './detours.ts';
import type { LocalRoom } from './local-room.ts';
import type { LocalRooms } from './local-rooms.ts';
import type { Bus, SignalEnvelope } from './ports/bus.ts';
import type { ClusterClock } from './ports/cluster-clock.ts';
import type { Observer } from './ports/observer.ts';
import type { Member } from './ports/room-store.ts';
import { type RoomKey, roomKey } from './room-key.ts';
import type { JoinedMembership, Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { SignalTiming } from './signal-timing.ts';

export interface SignalRouterDependencies {
  readonly node: NodeId;
  readonly localRooms: LocalRooms;
  readonly detours: Detours;
  readonly arrivals: Arrivals;
  readonly sessions: Sessions;
  readonly bus: Bus;
  readonly observer: Observer;
  readonly clock: ClusterClock;
}

/**
 * Takes signals from peer to peer without touching stored state: inside this node directly, to
 * another node with one message to that node alone. Nobody gets one from a peer they have not been
 * told of: see `Arrivals`.
 */
export class SignalRouter {
  readonly #dependencies: SignalRouterDependencies;
  readonly #timing: SignalTiming;

  constructor(dependencies: SignalRouterDependencies) {
    this.#dependencies = dependencies;
    this.#timing = new SignalTiming(dependencies);
  }

  /**
   * Sends a session's signal on its way.
   *
   * @throws SignalingError `not_in_room`; `peer_unreachable` when the peer is known not to be in
   * the room; `unavailable` when the way to the peer's node is closed. What is found out later
   * reaches the sender as a `signal-failed` notice.
   */
  send(session: Session, { roomId, to, kind, data, delivery }: CommandInput<'signal'>): void {
    const room = { tenant: session.principal.tenant, roomId };
    const key = roomKey(room);
    const membership = session.memberships.get(key);
    const local = this.#dependencies.localRooms.get(key);
    if (membership?.state !== 'joined' || !local) throw new SignalingError('not_in_room');
    const target = local.member(to);
    const acceptedAt = performance.now();
    const signal: SignalEnvelope = {
      room,
      incarnation: membership.incarnation,
      rev: membership.rev,
      from: session.peerId,
      epoch: session.binding.epoch,
      to,
      seat: target?.participant.seat ?? 0,
      kind,
      data,
      delivery,
      origin: this.#dependencies.node,
      acceptedAt,
      sentAt: this.#dependencies.clock.at(acceptedAt),
      attempt: 1,
    };
    if (!local.view?.hasReached(membership)) this.#sendLater(local, membership, signal);
    else if (target) this.#sendInTurn(key, target, signal);
    else throw new SignalingError('peer_unreachable');
  }

  /** A signal from another node. */
  receive(signal: SignalEnvelope): void {
    const { node } = this.#dependencies;
    this.#deliver(signal, () => this.#tell(signal.origin, { type: 'not-here', signal, node }));
  }

  /**
   * A node does not have the receiver: it is looked up anew, and tried once more.
   *
   * @param from that node.
   */
  retry(signal: SignalEnvelope, from: NodeId): void {
    if (!mayGoAgain(signal)) {
      this.#fail(signal);
      return;
    }
    const go = (receiver: Member | undefined, cause?: unknown) =>
      this.#sendAgain({ ...signal, attempt: 2 }, receiver, cause);
    this.#dependencies.detours.comeBack(signal.room, signal.to, { from, go });
  }

  /** A signal that is on its way may have been lost. */
  undelivered(signal: SignalEnvelope): void {
    this.#fail(signal, new SignalingError('unavailable'));
  }

  /** At once, or behind what is held up for the receiver. */
  #sendInTurn(key: RoomKey, target: Member, signal: SignalEnvelope): void {
    const { detours } = this.#dependencies;
    if (!detours.isEmpty) {
      const go = (receiver: Member | undefined) => this.#sendAgain(signal, receiver);
      if (detours.join(key, signal.to, go)) return;
    }
    this.#sendTo(target.node, signal);
  }

  /** What has been accepted already, to where the receiver is now. */
  #sendAgain(signal: SignalEnvelope, receiver: Member | undefined, cause?: unknown): void {
    // One who has come in anew since is another one.
    if (receiver?.participant.seat !== signal.seat) {
      this.#fail(signal, cause);
      return;
    }
    try {
      this.#sendTo(receiver.node, signal);
    } catch (error) {
      this.#fail(signal, error);
    }
  }

  #sendTo(node: NodeId, signal: SignalEnvelope): void {
    if (node === this.#dependencies.node) {
      this.#dependencies.observer.signalRouted(signal.kind, 'local');
      this.#deliver(signal, () => this.retry(signal, node));
    } else {
      this.#dependencies.bus.send(node, { type: 'signal', signal });
      this.#dependencies.observer.signalRouted(signal.kind, 'remote');
    }
  }

  /**
   * The sender was shown more of the room, when it joined, than the view has seen: where the
   * receiver is, or whether it is the one that the sender means, cannot be said yet.
   */
  #sendLater(local: LocalRoom, membership: JoinedMembership, signal: SignalEnvelope): void {
    const hasCaughtUp = () => local.view?.hasReached(membership) ?? false;
    this.#dependencies.observer.signalParked();
    local.when(hasCaughtUp, () => {
      const target = local.member(signal.to);
      if (!target) return this.#fail(signal);
      try {
        const { seat } = target.participant;
        this.#sendInTurn(roomKey(signal.room), target, { ...signal, seat });
      } catch (error) {
        // It has been accepted, so its sender is told what became of it.
        this.#fail(signal, error);
      }
    });
  }

  #deliver(signal: SignalEnvelope, refuse: () => void): void {
    const { room, from, to, seat, kind, data, delivery } = signal;
    const { roomId } = room;
    this.#dependencies.arrivals.deliver(
      signal,
      { peerId: to, seat },
      {
        emit: (receiver, pair) => {
          receiver.deliver({ type: 'signal', roomId, from, signalKind: kind, data, delivery });
          this.#timing.delivered(signal, receiver, pair);
        },
        refuse,
      },
    );
  }

  #tell(node: NodeId, message: Parameters<Bus['send']>[1]): void {
    try {
      this.#dependencies.bus.send(node, message);
    } catch (error) {
      // Nobody can be told; a sender that cares for delivery sends again.
      this.#dependencies.observer.fault('an answer to a signal could not be sent', error);
    }
  }

  #fail(signal: SignalEnvelope, cause?: unknown): void {
    const { sessions, observer } = this.#dependencies;
    observer.signalFailed();
    const error =
      cause instanceof SignalingError ? cause : new SignalingError('peer_unreachable', { cause });
    sessions.get(signal.from)?.deliver({
      type: 'signal-failed',
      roomId: signal.room.roomId,
      to: signal.to,
      kind: signal.kind,
      error: error.toBody(),
    });
  }
}
