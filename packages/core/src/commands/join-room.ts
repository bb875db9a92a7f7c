import {
  type CommandInput,
  Incarnation,
  type RoomSnapshot,
  SignalingError,
} from '@switchboard/protocol';
import { hasRight, mayNotJoin, onlyAsEntitled } from '../authorize.ts';
import { replaced } from '../memberships.ts';
import type { JoinOutcome, RoomRef } from '../ports/room-store.ts';
import { introduce } from '../principal.ts';
import { randomId } from '../random-id.ts';
import { roomKey } from '../room-key.ts';
import type { JoinedMembership, Session } from '../session.ts';
import type { CommandContext, Handler } from './context.ts';
import { screenRefused } from './update-media.ts';

type Entered = Extract<JoinOutcome, { readonly kind: 'joined' | 'already' }>;

/** SPEC 3.1, 3.9. */
export const joinRoom: Handler<'room:join'> = (context, session, { input, reply }) => {
  const room: RoomRef = { tenant: session.principal.tenant, roomId: input.roomId };
  const key = roomKey(room);
  return session.inTurn(key, async () => {
    const membership = session.memberships.get(key);
    if (membership?.state === 'joined') {
      await introduceAgain(context, session, { membership, input });
      const snapshot = await show(context, session, membership);
      return reply({ peerId: session.peerId, room: snapshot });
    }
    refuseIfNowhere(context, session, room);
    session.memberships.set(key, { state: 'joining', room });
    const local = context.localRooms.expect(room);
    let outcome: JoinOutcome;
    try {
      outcome = await ask(context, session, { room, input });
    } catch (error) {
      // It may have happened all the same, and is undone then: unless the session was in before,
      // which asking once more must not end.
      context.localRooms.abandon(local);
      const wanted = membership?.state === 'uncertain' && membership.wanted;
      context.memberships.doubt(session, room, { wanted });
      throw error;
    }
    const entered = outcome.kind === 'joined' || outcome.kind === 'already';
    if (entered && session.isClosed) {
      // It has ended, or is held elsewhere, since the store was asked: nobody else undoes this.
      context.localRooms.abandon(local);
      await context.rooms.leave({ room, binding: session.binding, reason: 'disconnected' });
      throw new SignalingError('session_replaced');
    }
    if (outcome.kind === 'joined' || outcome.kind === 'already') {
      const snapshot = context.memberships.enter(session, room, outcome.state);
      if (!snapshot && local.view?.hasEnded) {
        context.memberships.expel(session, room);
        throw new SignalingError('room_ended');
      }
      if (!snapshot) {
        context.memberships.displace(session, room);
        throw replaced();
      }
      reply({ peerId: session.peerId, room: snapshot });
      local.settle();
      return;
    }
    session.memberships.delete(key);
    context.localRooms.abandon(local);
    throw refusals[outcome.kind]();
  });
};

const refusals: { readonly [K in Exclude<JoinOutcome, Entered>['kind']]: () => SignalingError } = {
  full: () => new SignalingError('room_full'),
  absent: () => new SignalingError('room_not_found'),
  occupied: replaced,
  stranger: mayNotJoin,
  ended: () => new SignalingError('room_ended'),
  'screen-refused': screenRefused,
  fenced: () => new SignalingError('session_replaced'),
};

/**
 * A page that was loaded anew, and has resumed the session of the one before it, knows nothing of
 * what the others have sent to that one: they are told that it is another instance.
 */
async function introduceAgain(
  context: CommandContext,
  session: Session,
  { membership, input }: { membership: JoinedMembership; input: CommandInput<'room:join'> },
): Promise<void> {
  const { room } = membership;
  const self = context.localRooms.get(roomKey(room))?.member(session.peerId)?.participant;
  if (!self || input.instance === undefined || self.instance === input.instance) return;
  const { seat: _seat, connected: _connected, media: _media, ...introduction } = self;
  const outcome = await context.rooms.update({
    room,
    binding: session.binding,
    media: input.media,
    introduction: { ...introduction, instance: input.instance },
    onlyAsEntitled: onlyAsEntitled(session.principal),
  });
  if (outcome.kind === 'screen-refused') throw screenRefused();
}

/** The room as it is, but never less of it than the session has been shown already. */
async function show(
  context: CommandContext,
  session: Session,
  membership: JoinedMembership,
): Promise<RoomSnapshot> {
  const local = context.localRooms.get(roomKey(membership.room));
  const isShown = () => local?.hasShown(session.peerId, membership) ?? false;
  await new Promise<boolean>((resolve) => {
    if (local) local.when(isShown, resolve);
    else resolve(false);
  });
  if (!local?.view || !isShown()) throw new SignalingError('unavailable');
  return local.view.snapshot();
}

function refuseIfNowhere(context: CommandContext, session: Session, room: RoomRef): void {
  // A join that was queued behind others may come up after its client has gone.
  if (session.isClosed) throw new SignalingError('session_replaced');
  const { maxRoomsPerSession } = context.settings;
  if (session.memberships.size >= maxRoomsPerSession && !session.memberships.has(roomKey(room))) {
    throw new SignalingError('too_many_rooms', {
      message: `A session may be in ${maxRoomsPerSession} rooms at once.`,
    });
  }
}

/**
 * Intent first: the session names the room before it enters, so that whoever ends the session
 * knows where it may be. Where the state carries commands out in order, both go out together.
 */
async function ask(
  context: CommandContext,
  session: Session,
  { room, input }: { room: RoomRef; input: CommandInput<'room:join'> },
): Promise<JoinOutcome> {
  if (!session.isWritten) throw new SignalingError('unavailable');
  const { binding, principal } = session;
  const isLedTo = context.localCalls.leadsTo(session, room.roomId);
  // A call lets into its room; the right to share a screen there is not the call's to give.
  const mustBeNamed = !isLedTo || input.media.screen;
  const intended = context.sessions.intend(binding, room);
  if (!context.isOrdered && !(await intended)) return { kind: 'fenced' };
  const joined = context.rooms.join({
    room,
    binding,
    participant: {
      peerId: session.peerId,
      ...introduce(session.principal, input),
      media: input.media,
      ...(input.instance !== undefined && { instance: input.instance }),
      ...(input.firstOffer !== undefined && { firstOffer: input.firstOffer }),
      joinedAt: Date.now(),
    },
    soleUser: session.soleUser,
    onlyReplaces: input.rejoin ?? null,
    mayCreate: isLedTo || hasRight(principal, 'create'),
    onlyAsEntitled: mustBeNamed ? onlyAsEntitled(principal) : null,
    ifCreated: {
      incarnation: Incarnation.parse(randomId()),
      capacity: input.capacity ?? context.settings.defaultRoomCapacity,
      duplicates: input.duplicates ?? 'replace',
    },
  });
  const [isCurrent, outcome] = await settled(intended, joined);
  const entered = outcome.kind === 'joined' || outcome.kind === 'already';
  if (!isCurrent && entered) await context.rooms.leave({ room, binding, reason: 'disconnected' });
  if (!isCurrent) return { kind: 'fenced' };
  if (!entered) await context.memberships.forget(session, room);
  return outcome;
}

/** Like Promise.all, but when one fails the other is over as well. */
async function settled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}
