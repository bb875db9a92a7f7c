import {
  type CallId,
  limits,
  parseInput,
  type RoomId,
  SignalingError,
  type UserId,
} from '@switchboard/protocol';
import type { Decode, Link } from '../dialect.ts';
import { comingWith } from '../media.ts';
import { relayNames } from '../relay-names.ts';
import { CallRequest, CallResponse, EndCall } from './schemas.ts';
import { requireUser, roleOf, statusOf } from './users.ts';
import { arrival, invitationOf, usersIn } from './words.ts';

/** Rings another user, for a call that nobody has answered. */
export const requestCall: Decode = async (link, [payload]) => {
  const { callId, from, to } = parseInput(CallRequest, payload);
  requireUser(link, from);
  const record = await link.directory.record(callId);
  if (!record) throw new SignalingError('call_not_found');
  if (record.status !== 'waiting') throw notPending();
  if ((await statusOf(link, to)) === 'offline') {
    throw new SignalingError('peer_unreachable', { message: 'This user is not connected.' });
  }
  const invitation = {
    ...{ callId: await invitationOf(callId, to), to, roomId: callId },
    // An older server rings for ever, and knows of nobody being busy.
    ...{ ringMs: limits.ringMax, whenBusy: 'ring' as const },
  };
  let isRinging = false;
  await link.execute('call:invite', invitation, ({ call }) => {
    isRinging = call.state === 'ringing';
  });
  if (!isRinging) throw notPending();
};

const notPending = () =>
  new SignalingError('call_state', { message: 'The call is not pending any more.' });

export const respondToCall: Decode = async (link, [payload]) => {
  const { callId, from, accepted } = parseInput(CallResponse, payload);
  requireUser(link, from);
  const invitation = { callId: await invitationOf(callId, from) };
  await link.execute(accepted ? 'call:accept' : 'call:reject', invitation);
  await settleCall(link, { callId, accepted });
  if (!accepted) return;
  const role = roleOf(link, from);
  const join = { roomId: callId, ...(role && { role }), media: comingWith } as const;
  await link.execute(
    'room:join',
    { ...join, duplicates: 'allow' },
    ({ room: { participants } }) => {
      const self = participants.find(({ peerId }) => peerId === link.peerId);
      if (self) link.emit('user-joined', arrival(self, participants));
    },
  );
};

/**
 * A call that has been answered is pending no more: it goes on, or there is none. Both sides see to
 * it, because who answers may be a client of another protocol, which knows nothing of it.
 */
export async function settleCall(
  { directory }: Pick<Link, 'directory'>,
  { callId, accepted }: { callId: RoomId; accepted: boolean },
): Promise<void> {
  if (accepted) return directory.start(callId);
  const record = await directory.record(callId);
  if (record?.status === 'waiting') await directory.end(callId);
}

/** The others are told, whoever they are or the one who is named; the connection goes on. */
export const endCall: Decode = async (link, [payload]) => {
  const { callId, to } = parseInput(EndCall, payload);
  const { userId } = link.identity();
  if (userId === null) throw new SignalingError('not_in_room');
  const members = link.rooms.get(callId);
  const others = usersIn(members?.values() ?? []).filter((each) => each !== userId) as UserId[];
  if (members) {
    const data = to === undefined ? {} : { to };
    await link.execute('room:relay', { roomId: callId, name: relayNames.callEnded, data });
  }
  await endInvitations(link, callId, to === undefined ? others : [to, ...others]);
  if (members) await link.execute('room:leave', { roomId: callId });
  const record = await link.directory.record(callId);
  if (record?.participants.length === 0) await link.directory.end(callId);
  link.emit('call-ended-successfully', { userId, callId, message: 'The call has ended.' });
};

/** Whichever of the invitations of the two there is. */
async function endInvitations(link: Link, callId: RoomId, others: readonly UserId[]) {
  const { userId } = link.identity();
  for (const to of new Set(userId === null ? others : [...others, userId])) {
    await endInvitation(link, await invitationOf(callId, to));
  }
}

/** One that rings is taken back. */
async function endInvitation(link: Link, callId: CallId): Promise<void> {
  try {
    await link.execute('call:end', { callId });
  } catch (error) {
    if (!(error instanceof SignalingError)) throw error;
    if (error.code === 'call_state') await unlessOver(link.execute('call:cancel', { callId }));
    else if (error.code !== 'call_not_found') throw error;
  }
}

async function unlessOver(change: void | Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof SignalingError) || error.code !== 'call_state') throw error;
  }
}
