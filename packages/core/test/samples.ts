import {
  defaultTenant,
  Grants,
  Incarnation,
  type LeaveReason,
  type MediaState,
  NodeId,
  PeerId,
  RoomId,
  silentMedia,
  UserId,
} from '@switchboard/protocol';
import type {
  LeaveOutcome,
  Member,
  Principal,
  RoomChange,
  RoomEvent,
  RoomRef,
  RoomState,
  User,
} from '../src/index.ts';
import type { ClientDescription, SessionProfile } from '../src/profile.ts';
import { Session } from '../src/session.ts';
import { TokenBucket } from '../src/token-bucket.ts';

/** Rooms and what happens in them, with all that a test does not care about filled in. */

export const room: RoomRef = { tenant: defaultTenant, roomId: RoomId.parse('consultation') };
export const peer = (name: string): PeerId => PeerId.parse(name);
export const node = (name: string): NodeId => NodeId.parse(name);
export const incarnation = (name: string): Incarnation => Incarnation.parse(name);

export const memberOf = (name: string, seat: number, at = 'n1'): Member => ({
  participant: {
    peerId: peer(name),
    media: silentMedia,
    connected: true,
    seat,
    joinedAt: 1_700_000_000_000,
  },
  node: node(at),
  epoch: 1,
});

const startedAt = 1_700_000_000_000;

/** A stored room; each member's seat is its place in the list, or given as `name@seat@node`. */
export const stateOf = (rev: number, members: readonly string[], life = 'first'): RoomState => ({
  incarnation: incarnation(life),
  rev,
  capacity: 10,
  duplicates: 'replace',
  progress: { status: 'in-progress', startedAt },
  createdAt: startedAt,
  updatedAt: startedAt,
  preparation: null,
  members: members.map((each, index) => {
    const [name = '', seat = index + 1, at] = each.split('@');
    return memberOf(name, Number(seat), at);
  }),
  messages: 0,
  annotations: 0,
});

/** Somebody without a token, where none is demanded. */
export const guest: Principal = { kind: 'open', tenant: defaultTenant, self: null };

/** A client that nothing is known of. */
export const client: ClientDescription = { dialect: 'v1', connectedAt: 1_700_000_000_000 };
export const profile: SessionProfile = { ...client, tenant: defaultTenant };

/** Somebody whose token grants what is named, or has no grants at all. */
export const userOf = (name: string, grants: Partial<Grants> | null = {}): User => ({
  kind: 'user',
  tenant: defaultTenant,
  userId: UserId.parse(name),
  name: null,
  role: null,
  grants: grants && Grants.parse(grants),
  expiresAt: null,
});

/** The answer to a leave that has been carried out. */
export const hasLeft: LeaveOutcome = {
  kind: 'left',
  incarnation: incarnation('first'),
  rev: 9,
};

const event = (rev: number, change: RoomChange, life = 'first'): RoomEvent => ({
  room,
  incarnation: incarnation(life),
  rev,
  change,
});

/** A join's seat is the revision that it led to. */
export const joined = (rev: number, name: string, life?: string): RoomEvent =>
  event(rev, { type: 'joined', member: memberOf(name, rev) }, life);

/** A join at node n2. */
export const joinedElsewhere = (rev: number, name: string): RoomEvent =>
  event(rev, { type: 'joined', member: memberOf(name, rev, 'n2') });

export const left = (rev: number, name: string, reason: LeaveReason = 'left'): RoomEvent =>
  event(rev, { type: 'left', peerId: peer(name), reason });

export const updated = (rev: number, name: string, media: Partial<MediaState>): RoomEvent =>
  event(rev, { type: 'updated', peerId: peer(name), media: { ...silentMedia, ...media } });

/** A session of node n1 that may send as much as it likes. */
export const openSession = (name: string): Session =>
  new Session({
    binding: { peerId: peer(name), node: node('n1'), epoch: 1 },
    principal: guest,
    client,
    secretDigest: `digest of ${name}`,
    graceMs: 20_000,
    duplicates: 'replace',
    bucket: new TokenBucket({ perSecond: 1_000_000, burst: 1_000_000 }, 0),
  });

export const detached = (rev: number, name: string): RoomEvent =>
  event(rev, { type: 'detached', peerId: peer(name) });

/** A session that is at another node now. */
export const rebound = (rev: number, name: string, at: string): RoomEvent =>
  event(rev, { type: 'rebound', peerId: peer(name), node: node(at), epoch: 2 });

/** A room that waits no longer. */
export const started = (rev: number, startedAt: number): RoomEvent =>
  event(rev, { type: 'started', startedAt });

/** A room that somebody in it, or a server, has ended. */
export const ended = (rev: number, by: string | null): RoomEvent =>
  event(rev, { type: 'ended', by: by === null ? null : peer(by), endedAt: 1_700_000_000_000 });
