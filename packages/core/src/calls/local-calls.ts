import {
  type Call,
  type CallId,
  isCallOver,
  type PeerId,
  type RoomId,
} from '@switchboard/protocol';
import type { CallStore } from '../ports/call-store.ts';
import type { RoomRef } from '../ports/room-store.ts';
import type { Share } from '../ports/session-store.ts';
import type { CallEvent, NamedCall, UserRef } from '../ports/user-store.ts';
import { type RoomKey, roomKey } from '../room-key.ts';
import type { Session } from '../session.ts';
import type { LocalUsers } from '../users/local-users.ts';
import { userKey } from '../users/user-key.ts';
import { callRef, refOf } from './call-ref.ts';

/** So long a call that is over is known, lest one that comes late makes it ring again. */
const afterlifeMs = 30_000;

interface LocalCall {
  readonly tenant: UserRef['tenant'];
  call: Call;
  /** When it was heard that it is over. */
  overAt: number | undefined;
}

/**
 * The calls of users who have sessions at this node, as it knows them. It tells those sessions of
 * what is new, each call in the order of `rev`, and it compares with the store, because a message
 * that is lost leaves no trace.
 */
export class LocalCalls {
  readonly #store: CallStore;
  readonly #localUsers: LocalUsers;
  readonly #calls = new Set<LocalCall>();
  /** Both users of a call can find it. */
  readonly #byUser = new Map<string, LocalCall>();
  readonly #byRoom = new Map<RoomKey, Set<LocalCall>>();
  /** Changes may have been missed. */
  #isStale = false;

  constructor(store: CallStore, localUsers: LocalUsers) {
    this.#store = store;
    this.#localUsers = localUsers;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** Takes in a call as it is, or was, and tells the sessions of both users if that is news. */
  learn({ tenant, call }: CallEvent): void {
    const local = this.#byUser.get(nameOf({ tenant, userId: call.from.userId }, call.callId));
    if (local && local.call.rev >= call.rev) return;
    if (local) local.call = call;
    const now = local ?? this.#add({ tenant, call, overAt: undefined });
    if (isCallOver(call.state)) now.overAt ??= performance.now();
    for (const userId of [call.from.userId, call.to.userId]) {
      for (const session of this.#localUsers.of({ tenant, userId })) {
        session.deliver({ type: 'call-changed', call });
      }
    }
  }

  /**
   * Shows a session, which has just been attached, a call of its user.
   *
   * @throws SignalingError `unavailable`
   */
  async show(session: Session, user: UserRef, { callId, other }: NamedCall): Promise<void> {
    const { tenant } = user;
    const shown = this.find(user, callId);
    const call = await this.#store.read(callRef(user, other, callId));
    // One that was intended, and not made yet: it is told of when it is. Or another one has its
    // place, which is named as well.
    if (!call || call.callId !== callId) return;
    const isNews = (this.find(user, callId)?.rev ?? 0) < call.rev;
    this.learn({ tenant, call });
    const known = this.find(user, callId);
    if (isNews || !known || known.rev !== shown?.rev) return; // It was told with all the others.
    // The user's record may not know yet that it is over, which is no news to who was not there.
    if (isCallOver(known.state) && session.binding.epoch === 1) return;
    session.deliver({ type: 'call-changed', call: known });
  }

  /** A call of a user, if it is known here. */
  find(user: UserRef, callId: CallId): Call | undefined {
    return this.#byUser.get(nameOf(user, callId))?.call;
  }

  /** Calls that go on and whose caller is one of these sessions, by their state. */
  countMadeBy(holds: (caller: PeerId) => boolean): { ringing: number; accepted: number } {
    const counts = { ringing: 0, accepted: 0 };
    for (const { call } of this.#calls) {
      const { state } = call;
      const isLive = state === 'ringing' || state === 'accepted';
      if (isLive && holds(call.from.peerId)) counts[state] += 1;
    }
    return counts;
  }

  liveOf(user: UserRef): Call[] {
    return [...this.#calls]
      .filter(({ tenant, call }) => tenant === user.tenant && isParty(call, user))
      .flatMap(({ call }) => (isCallOver(call.state) ? [] : [call]));
  }

  /** Whether a session takes part in an accepted call that is to happen in a room. */
  leadsTo(session: Session, roomId: RoomId): boolean {
    const room: RoomRef = { tenant: session.principal.tenant, roomId };
    for (const { call } of this.#byRoom.get(roomKey(room)) ?? []) {
      const isIn = call.from.peerId === session.peerId || call.to.peerId === session.peerId;
      if (call.state === 'accepted' && isIn) return true;
    }
    return false;
  }

  /** Everything has to be compared. */
  doubt(): void {
    this.#isStale = this.#calls.size > 0;
  }

  /** Compares one part of all calls with the store. @throws SignalingError `unavailable` */
  async compare({ index, of }: Share): Promise<void> {
    this.#forget();
    const part = [...this.#calls].filter((_, at) => at % of === index);
    await Promise.all(part.map((local) => this.#compare(local)));
  }

  /** Compares all, if there is doubt. @throws SignalingError `unavailable` */
  async catchUp(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    try {
      await this.compare({ index: 0, of: 1 });
    } catch (error) {
      this.doubt();
      throw error;
    }
  }

  async #compare({ tenant, call }: LocalCall): Promise<void> {
    const ref = refOf(tenant, call);
    const stored = await this.#store.read(ref);
    if (stored && stored.rev >= call.rev) this.learn({ tenant, call: stored });
    else if (stored || !isCallOver(call.state)) await this.#store.register(ref, call);
  }

  #add(local: LocalCall): LocalCall {
    const { tenant, call } = local;
    this.#calls.add(local);
    for (const { userId } of [call.from, call.to]) {
      this.#byUser.set(nameOf({ tenant, userId }, call.callId), local);
    }
    const room = roomKey({ tenant, roomId: call.roomId });
    this.#byRoom.set(room, (this.#byRoom.get(room) ?? new Set()).add(local));
    return local;
  }

  /** Calls that are over for a while, and those of users who are not here any more. */
  #forget(): void {
    const now = performance.now();
    for (const local of this.#calls) {
      const { tenant, call, overAt } = local;
      const isHere = [call.from, call.to].some(
        ({ userId }) => this.#localUsers.of({ tenant, userId }).size > 0,
      );
      if (overAt === undefined ? isHere : now - overAt < afterlifeMs) continue;
      this.#calls.delete(local);
      for (const { userId } of [call.from, call.to]) {
        this.#byUser.delete(nameOf({ tenant, userId }, call.callId));
      }
      const room = roomKey({ tenant, roomId: call.roomId });
      const there = this.#byRoom.get(room);
      there?.delete(local);
      if (there?.size === 0) this.#byRoom.delete(room);
    }
  }
}

const isParty = ({ from, to }: Call, { userId }: UserRef): boolean =>
  from.userId === userId || to.userId === userId;

/** Names a call of a user within a process. */
const nameOf = (user: UserRef, callId: CallId): string => JSON.stringify([userKey(user), callId]);
