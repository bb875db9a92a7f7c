import type { CallRef, RoomRef, UserRef } from '@switchboard/core';
import type {
  AppointmentId,
  CallId,
  NodeId,
  PeerId,
  RoomId,
  TenantId,
  UserId,
} from '@switchboard/protocol';

/** Enough that the slots of a large Redis Cluster are used evenly, few enough to walk over. */
const partitionCount = 256;

/** Partitions by number. */
export const partitions: readonly number[] = Array.from({ length: partitionCount }, (_, n) => n);

type RoomKeys = [
  room: string,
  members: string,
  nodes: string,
  dataset: string,
  chat: string,
  annotations: string,
  all: string,
  occupied: string,
  participants: string,
  timers: string,
];

type SessionKeys = [session: string, rooms: string, timers: string, tombstone: string, all: string];

/** A room's name within its partition. A tenant has no colon, so no two rooms share one. */
export const nameOf = ({ tenant, roomId }: RoomRef): string => `${tenant}:${roomId}`;

/** What `nameOf` has made. */
export function parseName(name: string): RoomRef {
  const colon = name.indexOf(':');
  return { tenant: name.slice(0, colon) as TenantId, roomId: name.slice(colon + 1) as RoomId };
}

/**
 * All names that this project uses in Redis, in one place.
 *
 * What must change together carries the same partition tag (`{p17}`), which puts it into one
 * hash slot, as a script on a Redis Cluster demands.
 */
export class Keys {
  readonly #prefix: string;

  /** @param prefix separates installations that share a Redis. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** What belongs to a room, in the order in which the scripts expect it. */
  room(ref: RoomRef): RoomKeys {
    const name = nameOf(ref);
    const partition = partitionOf(name);
    const base = `${this.#partition(partition)}room:${name}`;
    return [
      base,
      `${base}:members`,
      `${base}:nodes`,
      this.dataset(partition),
      `${base}:chat`,
      `${base}:annotations`,
      ...this.roomLists(ref.tenant, partition),
      this.roomTimers(partition),
    ];
  }

  /** What is known of all rooms of a tenant in a partition. */
  roomLists(
    tenant: TenantId,
    partition: number,
  ): [all: string, occupied: string, participants: string] {
    const prefix = this.#partition(partition);
    return [
      `${prefix}all-rooms:${tenant}`,
      `${prefix}occupied-rooms:${tenant}`,
      `${prefix}participants:${tenant}`,
    ];
  }

  /** When the rooms of a partition are removed that are kept without anybody in them. */
  roomTimers(partition: number): string {
    return `${this.#partition(partition)}room-timers`;
  }

  /** Which room an appointment has. */
  appointment(tenant: TenantId, appointmentId: AppointmentId): string {
    const name = `${tenant}:${appointmentId}`;
    return `${this.#partition(partitionOf(name))}appointment:${name}`;
  }

  /** What is kept of a session, in the order in which the scripts expect it. */
  session(peerId: PeerId): SessionKeys {
    const partition = partitionOf(peerId);
    return [
      this.sessionPrefix(partition) + peerId,
      `${this.#partition(partition)}rooms-of:${peerId}`,
      this.timers(partition),
      `${this.#partition(partition)}ended:${peerId}`,
      this.allSessions(partition),
    ];
  }

  /** The names of all sessions of a partition, by tenant. */
  allSessions(partition: number): string {
    return `${this.#partition(partition)}all-sessions`;
  }

  /** What the names of all sessions of a partition begin with. */
  sessionPrefix(partition: number): string {
    return `${this.#partition(partition)}session:`;
  }

  /** When the sessions of a partition end that are without a connection. */
  timers(partition: number): string {
    return `${this.#partition(partition)}timers`;
  }

  /** The sessions of a partition by the node that holds them; a tenure goes behind it. */
  boundPrefix(partition: number): string {
    return `${this.#partition(partition)}bound:`;
  }

  /** `boundPrefix` of the partition that a session is in. */
  boundPrefixOf(peerId: PeerId): string {
    return this.boundPrefix(partitionOf(peerId));
  }

  /** What is kept of a user, in the order in which the scripts expect it. */
  user(
    user: UserRef,
  ): [
    rev: string,
    sessions: string,
    calls: string,
    watchers: string,
    dataset: string,
    kept: string,
  ] {
    const partition = this.userPartition(user);
    const name = this.userName(user);
    const [rev, sessions, calls, watchers] = this.userPrefixes(partition);
    return [
      ...([rev + name, sessions + name, calls + name, watchers + name] as const),
      this.dataset(partition),
      this.keptSessions(partition),
    ];
  }

  /** Until when the attached sessions of a partition's users count as held. */
  keptSessions(partition: number): string {
    return `${this.#partition(partition)}user-sessions-kept`;
  }

  /** What the names of all that is kept of the users of a partition begin with. */
  userPrefixes(
    partition: number,
  ): [rev: string, sessions: string, calls: string, watchers: string] {
    const base = this.#partition(partition);
    return [
      `${base}user-rev:`,
      `${base}user-sessions:`,
      `${base}user-calls:`,
      `${base}user-watchers:`,
    ];
  }

  userPartition(user: UserRef): number {
    return partitionOf(`user:${this.userName(user)}`);
  }

  /** What stands behind the prefixes. */
  readonly userName = ({ tenant, userId }: UserRef): string => `${tenant}:${userId}`;

  /** What is kept of a call and of those between the same two, in the order of the scripts. */
  call(ref: CallRef): [call: string, live: string, due: string, dataset: string, all: string] {
    const pair = pairOf(ref);
    const partition = partitionOf(`pair:${pair}`);
    const base = this.#partition(partition);
    return [
      `${this.callPrefix(ref)}${ref.callId}`,
      `${base}calls-of:${pair}`,
      this.dueCalls(partition),
      this.dataset(partition),
      this.allCalls(partition),
    ];
  }

  /** What the names of all calls between two users begin with. */
  callPrefix(ref: CallRef): string {
    const pair = pairOf(ref);
    return `${this.#partition(partitionOf(`pair:${pair}`))}call:${pair}:`;
  }

  /** When the calls of a partition have to be looked after, by `pairName` and the call's id. */
  dueCalls(partition: number): string {
    return `${this.#partition(partition)}calls-due`;
  }

  /** The calls of a partition that ring or are accepted, named as those that are due. */
  allCalls(partition: number): string {
    return `${this.#partition(partition)}all-calls`;
  }

  pairName(ref: CallRef): string {
    return `${pairOf(ref)}:`;
  }

  /** By which it is noticed that a partition's data was lost. */
  dataset(partition: number): string {
    return `${this.#partition(partition)}dataset`;
  }

  /** The leases of all nodes, in one slot of their own. */
  leases(): [leases: string, terms: string, loads: string, reports: string] {
    const base = `${this.#prefix}{nodes}:`;
    return [`${base}leases`, `${base}terms`, `${base}loads`, `${base}reports`];
  }

  /** What the name of every node's channel begins with. */
  get channelPrefix(): string {
    return `${this.#prefix}node:`;
  }

  channel(node: NodeId): string {
    return this.channelPrefix + node;
  }

  #partition(partition: number): string {
    return `${this.#prefix}{p${partition}}:`;
  }
}

/** Two users, whoever calls whom; a colon separates, and is in none of the parts. */
const pairOf = ({ tenant, users }: CallRef): string =>
  [tenant, ...users.map((userId) => encodeURIComponent(userId))].join(':');

/** A call by its name among those that are due, or among all. */
export function parseCallName(name: string): CallRef {
  const [tenant, first, second] = name.split(':', 3) as [TenantId, string, string];
  return {
    tenant,
    users: [decodeURIComponent(first) as UserId, decodeURIComponent(second) as UserId],
    callId: name.slice(tenant.length + first.length + second.length + 3) as CallId,
  };
}

/** FNV-1a over UTF-16 code units: stable across versions, as stored names must be. */
function partitionOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitionCount;
}
