import {
  type Binding,
  type CallAction,
  type CallChange,
  callRef,
  type InviteRequest,
  type UserRef,
} from '@switchboard/core';
import { CallId, defaultTenant, type NodeId, PeerId, RoomId, UserId } from '@switchboard/protocol';

/** What is asked of user and call stores, with all that a test does not care about filled in. */

export const callId = (id: string): CallId => CallId.parse(id);

export const userNamed = (name: string): UserRef => ({
  tenant: defaultTenant,
  userId: UserId.parse(name),
});

export const bindingAt = (node: NodeId, peer: string, epoch = 1): Binding => ({
  peerId: PeerId.parse(peer),
  node,
  epoch,
});

/** A user's only session has the user's name. */
const peerOf = (user: string): PeerId => PeerId.parse(`${user}'s`);

export const refBetween = (first: string, second: string, id: string) =>
  callRef(userNamed(first), UserId.parse(second), callId(id));

interface InviteOptions {
  readonly peer?: string;
  readonly ringMs?: number;
  readonly refuseIfBusy?: boolean;
  readonly isBusy?: boolean;
}

export const inviteRequest = (
  from: string,
  to: string,
  id: string,
  { peer = peerOf(from), ringMs = 60_000, refuseIfBusy = true, isBusy = false }: InviteOptions = {},
): InviteRequest => ({
  ref: refBetween(from, to, id),
  from: { userId: UserId.parse(from), peerId: PeerId.parse(peer), name: from },
  ...{ to: UserId.parse(to), roomId: RoomId.parse(`room of ${id}`), ringMs, refuseIfBusy, isBusy },
  data: { subject: 'é😀"', empty: [] },
});

export const changeBy = (
  user: string,
  action: CallAction,
  peer: string = peerOf(user),
): CallChange => ({
  action,
  by: { userId: UserId.parse(user), peerId: PeerId.parse(peer) },
});
