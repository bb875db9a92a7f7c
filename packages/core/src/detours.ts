import type { NodeId, PeerId } from '@switchboard/protocol';
import type { LocalRooms } from './local-rooms.ts';
import type { Bus } from './ports/bus.ts';
import type { Observer } from './ports/observer.ts';
import type { Member, RoomRef, RoomState, RoomStore } from './ports/room-store.ts';
import { type RoomKey, roomKey } from './room-key.ts';

export interface DetoursDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly localRooms: LocalRooms;
  readonly bus: Bus;
  readonly observer: Observer;
}

/** A participant has been bound to another node than before. */
export interface Move {
  readonly room: RoomRef;
  readonly peerId: PeerId;
  readonly from: NodeId;
  readonly to: NodeId;
  /** Of the new binding. */
  readonly epoch: number;
}

/**
 * It is the turn of something that was held up. Called exactly once, with the receiver as it is
 * bound now; undefined when it is not in the room, or nobody can say, which `cause` explains.
 */
export type Go = (receiver: Member | undefined, cause?: unknown) => void;

/** A node that is awake answers far sooner; of one that is dead nothing comes that could be overtaken. */
const flushWithinMs = 300;
/** Between the claim of a session and its move in each of its rooms. */
const moveWithinMs = 1_000;
/** A node that is awake returns what it does not want far sooner. */
const returnedWithinMs = 1_000;
/** What may be held up for one receiver. */
const capacity = 256;

/**
 * Whether what has come back may be sent a second time: not when that was the second, and not what
 * a node returns that was frozen, because the receiver has had later ones by then.
 */
export const mayGoAgain = ({ attempt, acceptedAt }: { attempt: 1 | 2; acceptedAt: number }) =>
  attempt === 1 && performance.now() - acceptedAt <= returnedWithinMs;

interface Detour {
  readonly room: RoomRef;
  readonly peerId: PeerId;
  /** What it waits for, each with the timer of its patience. */
  readonly awaited: Map<string, NodeJS.Timeout | null>;
  /** What the last reading of the room said; null when there was none. */
  found: { readonly member: Member | undefined; readonly cause?: unknown } | null;
  /** What has come back from where the receiver was thought to be. */
  readonly returned: Go[];
  /** What was sent since. */
  readonly waiting: Go[];
}

/**
 * Keeps in order what goes to one receiver while it moves from node to node.
 *
 * What was sent before the news of a move goes to the former node, which hands it over to the new
 * one, or returns it. What is sent after the news would overtake it, and so waits until the former
 * node has said that it has nothing more (`flush`, `flushed`). In the same way what is sent waits
 * while something that was returned is looked up, to be sent a second time.
 *
 * While nobody moves, it costs a signal one look (`isEmpty`).
 */
export class Detours {
  readonly #dependencies: DetoursDependencies;
  readonly #detours = new Map<string, Detour>();
  /** That have begun in this turn of the event loop. */
  readonly #readings = new Map<RoomKey, Promise<RoomState | null>>();

  constructor(dependencies: DetoursDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether nothing is held up for anybody, as it nearly always is. */
  get isEmpty(): boolean {
    return this.#detours.size === 0;
  }

  /**
   * Puts something behind what is held up for its receiver.
   *
   * @returns false when nothing is: then it goes at once.
   */
  join(key: RoomKey, peerId: PeerId, go: Go): boolean {
    const detour = this.#detours.get(nameOf(key, peerId));
    if (!detour) return false;
    if (detour.waiting.length >= capacity) go(undefined);
    else this.#hold(detour.waiting, go);
    return true;
  }

  /**
   * Something has come back from a node that does not have the receiver, or not any more. It goes
   * before all that was sent later.
   */
  comeBack(room: RoomRef, peerId: PeerId, { from, go }: { from: NodeId; go: Go }): void {
    const detour = this.#open(room, peerId);
    this.#hold(detour.returned, go);
    // Where it is gone to is known already, or is being read.
    if (detour.awaited.size > 0) return;
    this.#await(detour, 'reading');
    this.#read(room)
      .then(
        (state) => {
          const member = state?.members.find(({ participant }) => participant.peerId === peerId);
          detour.found = { member };
          // It has been claimed by another node, which has yet to say so in the room.
          const seen = this.#seen(detour);
          const isSame = member?.participant.seat === seen?.participant.seat;
          const isToMove = isSame && member?.node === from && seen?.node === from;
          if (isToMove) this.#await(detour, 'move', moveWithinMs);
        },
        (cause: unknown) => {
          detour.found = { member: undefined, cause };
        },
      )
      .then(() => this.#settle(detour, 'reading'));
  }

  /** The view of a room has taken in that one of its participants is at another node. */
  moved({ room, peerId, from, to, epoch }: Move): void {
    const { node } = this.#dependencies;
    const name = nameOf(roomKey(room), peerId);
    // What was for it at this node has been handed over by now.
    if (from !== node && this.#ask(from, { room, peerId, epoch, to })) {
      this.#await(this.#open(room, peerId), `flush ${from}`, flushWithinMs);
    }
    const detour = this.#detours.get(name);
    if (detour) this.#settle(detour, 'move');
  }

  /** The view of a room has taken in that a participant has left. */
  left(room: RoomRef, peerId: PeerId): void {
    const detour = this.#detours.get(nameOf(roomKey(room), peerId));
    if (!detour) return;
    detour.found = { member: undefined };
    this.#settle(detour, 'move');
  }

  /** Says to who has asked that nothing that came here before is still to go to the receiver. */
  confirm({ room, peerId, origin }: { room: RoomRef; peerId: PeerId; origin: NodeId }): void {
    const { node, bus } = this.#dependencies;
    try {
      bus.send(origin, { type: 'flushed', room, peerId, node });
    } catch {
      // Who has asked does not wait for long.
    }
  }

  /** A node that a receiver has left has nothing more for it. */
  flushed(room: RoomRef, peerId: PeerId, from: NodeId): void {
    const detour = this.#detours.get(nameOf(roomKey(room), peerId));
    if (detour) this.#settle(detour, `flush ${from}`);
  }

  /** @returns false when there is no way out, on which anything could be overtaken. */
  #ask(
    from: NodeId,
    { room, peerId, epoch, to }: Pick<Move, 'room' | 'peerId' | 'epoch' | 'to'>,
  ): boolean {
    const { node: origin, bus } = this.#dependencies;
    try {
      bus.send(from, { type: 'flush', room, peerId, epoch, node: to, origin });
      return true;
    } catch {
      return false;
    }
  }

  /** For all that have come back at once, once. */
  #read(room: RoomRef): Promise<RoomState | null> {
    const key = roomKey(room);
    const begun = this.#readings.get(key);
    if (begun) return begun;
    const reading = this.#dependencies.rooms.read(room);
    this.#readings.set(key, reading);
    queueMicrotask(() => this.#readings.delete(key));
    return reading;
  }

  #open(room: RoomRef, peerId: PeerId): Detour {
    const name = nameOf(roomKey(room), peerId);
    const open = this.#detours.get(name);
    if (open) return open;
    const empty = { awaited: new Map(), found: null, returned: [], waiting: [] };
    const detour: Detour = { room, peerId, ...empty };
    this.#detours.set(name, detour);
    return detour;
  }

  #hold(queue: Go[], go: Go): void {
    this.#dependencies.observer.heldUp();
    queue.push(go);
  }

  #await(detour: Detour, what: string, ms?: number): void {
    clearTimeout(detour.awaited.get(what) ?? undefined);
    const giveUp = () => this.#settle(detour, what);
    detour.awaited.set(what, ms === undefined ? null : setTimeout(giveUp, ms).unref());
  }

  /** Once nothing is awaited any more, everything goes, in order. */
  #settle(detour: Detour, what: string): void {
    const { room, peerId, awaited, found, returned, waiting } = detour;
    clearTimeout(awaited.get(what) ?? undefined);
    if (!awaited.delete(what) || awaited.size > 0) return;
    this.#detours.delete(nameOf(roomKey(room), peerId));
    const receiver = latest(this.#seen(detour), found);
    for (const go of [...returned, ...waiting]) go(receiver, found?.cause);
  }

  #seen({ room, peerId }: Detour): Member | undefined {
    return this.#dependencies.localRooms.get(roomKey(room))?.member(peerId);
  }
}

const nameOf = (key: RoomKey, peerId: PeerId): string => `${key} ${peerId}`;

/** Where somebody is, by the view of the room and by the last reading, which may be older. */
function latest(seen: Member | undefined, found: Detour['found']): Member | undefined {
  if (!found) return seen;
  const { member } = found;
  return member && seen && seen.epoch > member.epoch ? seen : member;
}
