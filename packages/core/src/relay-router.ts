import { type NodeId, type RoomId, SignalingError } from '@switchboard/protocol';
import type { Arrivals } from './arrivals.ts';
import { type Detours, mayGoAgain } from './detours.ts';
import type { LocalRoom } from './local-room.ts';
import type { LocalRooms } from './local-rooms.ts';
import type { Bus } from './ports/bus.ts';
import type { Notice } from './ports/delivery.ts';
import type { Observer } from './ports/observer.ts';
import type { RelayContent, RelayEnvelope, RelayReceiver } from './ports/relay.ts';
import type { Member } from './ports/room-store.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';

export interface RelayRouterDependencies {
  readonly node: NodeId;
  readonly localRooms: LocalRooms;
  readonly detours: Detours;
  readonly arrivals: Arrivals;
  readonly bus: Bus;
  readonly observer: Observer;
}

/**
 * Takes what one participant says to all others of a room, without touching stored state: inside
 * this node directly, and with one message to each other node that has some of them. It takes the
 * same road as a signal, so the two stay in order.
 */
export class RelayRouter {
  readonly #dependencies: RelayRouterDependencies;

  constructor(dependencies: RelayRouterDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @throws SignalingError `not_in_room`; `unavailable` when the way to other nodes is closed:
   * then nobody gets it.
   */
  send(session: Session, roomId: RoomId, content: RelayContent): void {
    const room = { tenant: session.principal.tenant, roomId };
    const key = roomKey(room);
    const membership = session.memberships.get(key);
    const local = this.#dependencies.localRooms.get(key);
    if (membership?.state !== 'joined' || !local) throw new SignalingError('not_in_room');
    const relay: RelayEnvelope = {
      room,
      incarnation: membership.incarnation,
      rev: membership.rev,
      from: session.peerId,
      epoch: session.binding.epoch,
      to: [],
      content,
      origin: this.#dependencies.node,
      acceptedAt: performance.now(),
      attempt: 1,
    };
    const hasCaughtUp = () => local.view?.hasReached(membership) ?? false;
    if (hasCaughtUp()) this.#sendAll(local, relay);
    else local.when(hasCaughtUp, () => this.#sendLate(local, relay));
  }

  /** A relay from another node. */
  receive(relay: RelayEnvelope): void {
    const { node, bus, observer } = this.#dependencies;
    this.#deliver(relay, (missing) => {
      try {
        bus.send(relay.origin, { type: 'relay-not-here', relay: { ...relay, to: missing }, node });
      } catch (error) {
        observer.fault('an answer to a relay could not be sent', error);
      }
    });
  }

  /**
   * The receivers that this names are not where they were thought to be: they are looked up anew,
   * and tried once more. Who has left meanwhile has no part in it any more.
   *
   * @param from the node that does not have them.
   */
  retry(relay: RelayEnvelope, from: NodeId): void {
    const { detours, observer } = this.#dependencies;
    if (!mayGoAgain(relay)) {
      observer.relayFailed(relay.to.length);
      return;
    }
    for (const to of relay.to) {
      const go = (receiver: Member | undefined, cause?: unknown) =>
        this.#sendAgain({ ...relay, attempt: 2 }, to, { receiver, cause });
      detours.comeBack(relay.room, to.peerId, { from, go });
    }
  }

  /** A relay that is on its way may have been lost. Its sender is told nothing of receivers. */
  undelivered({ to }: RelayEnvelope): void {
    this.#dependencies.observer.relayFailed(to.length);
  }

  #sendAll(local: LocalRoom, relay: RelayEnvelope): void {
    const others = local.view?.others(relay.from) ?? [];
    this.#dependencies.observer.relayRouted(relay.content.type);
    const areFree = this.#dependencies.detours.isEmpty;
    this.#sendTo(areFree ? others : others.filter((one) => !this.#isHeldUp(one, relay)), relay);
  }

  /** Whether it goes to that one behind what is held up for it. */
  #isHeldUp({ participant: { peerId, seat } }: Member, relay: RelayEnvelope): boolean {
    const go = (receiver: Member | undefined) =>
      this.#sendAgain(relay, { peerId, seat }, { receiver });
    return this.#dependencies.detours.join(roomKey(relay.room), peerId, go);
  }

  /** What has been accepted already, to where one of its receivers is now. */
  #sendAgain(
    relay: RelayEnvelope,
    { seat }: RelayReceiver,
    { receiver, cause }: { receiver: Member | undefined; cause?: unknown },
  ): void {
    const { observer } = this.#dependencies;
    try {
      if (cause !== undefined) throw cause;
      if (receiver?.participant.seat === seat) this.#sendTo([receiver], relay);
    } catch (error) {
      observer.relayFailed(1);
      observer.fault('a relay could not be sent again', error);
    }
  }

  /** It has been accepted, so there is nobody to be told any more that it cannot be sent. */
  #sendLate(local: LocalRoom, relay: RelayEnvelope): void {
    try {
      this.#sendAll(local, relay);
    } catch (error) {
      this.#dependencies.observer.fault('a relay could not be sent', error);
    }
  }

  /** Other nodes first: when the way to them is closed, nobody has got it. */
  #sendTo(members: readonly Member[], relay: RelayEnvelope): void {
    const { node, bus } = this.#dependencies;
    const byNode = new Map<NodeId, RelayReceiver[]>();
    for (const { node: at, participant } of members) {
      const receiver = { peerId: participant.peerId, seat: participant.seat };
      const receivers = byNode.get(at);
      if (receivers) receivers.push(receiver);
      else byNode.set(at, [receiver]);
    }
    const here = byNode.get(node);
    byNode.delete(node);
    for (const [at, to] of byNode) bus.send(at, { type: 'relay', relay: { ...relay, to } });
    if (here) this.#deliver({ ...relay, to: here }, (to) => this.retry({ ...relay, to }, node));
  }

  /** @param giveBack is called with those who are not here, all that are found out at once. */
  #deliver(relay: RelayEnvelope, giveBack: (missing: readonly RelayReceiver[]) => void): void {
    const notice = noticeOf(relay);
    let missing: RelayReceiver[] = [];
    const refuse = (receiver: RelayReceiver) => {
      // Who is typing is no news by the time that it is found out.
      if (relay.content.type === 'typing') return;
      missing.push(receiver);
      if (missing.length > 1) return;
      queueMicrotask(() => {
        giveBack(missing);
        missing = [];
      });
    };
    for (const receiver of relay.to) {
      this.#dependencies.arrivals.deliver(relay, receiver, {
        emit: (session) => session.deliver(notice),
        refuse: () => refuse(receiver),
      });
    }
  }
}

const noticeOf = ({ room: { roomId }, from, content }: RelayEnvelope): Notice => ({
  ...content,
  roomId,
  from,
});
