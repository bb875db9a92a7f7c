import type {
  EndOutcome,
  EndRequest,
  ListedRooms,
  ListRequest,
  PrepareOutcome,
  PrepareRequest,
  RoomRecords,
  RoomRef,
  Share,
  StartOutcome,
} from '@switchboard/core';
import {
  type AppointmentId,
  limits,
  type RoomId,
  type RoomTotals,
  type TenantId,
} from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { listNames } from '../connection/list-names.ts';
import { readDue } from '../connection/read-due.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, nameOf, parseName, partitions } from '../keys.ts';
import { formatUser, preparationArgs } from './member-args.ts';
import { type Answer, parseState } from './room-answer.ts';
import { prepareEvent } from './room-event.ts';

const scriptNames = ['prepare-room', 'start-room', 'end-room', 'expire-room', 'read-room'] as const;
type ScriptName = (typeof scriptNames)[number];

/** Longer than a room can exist that nobody ends, and whoever asks for it prolongs it. */
const assignmentMs = limits.preparedRoomMs + limits.roomKeepMsMax;
/** A room whose time is over, but that somebody is in, is looked at again after this long. */
const keptOnMs = 24 * 60 * 60_000;
/** Of so many parts of its share a node looks at one in each call of `expire`. */
const expiryParts = 30;
/** Rooms removed by one call: more go with the next. */
const expiredAtOnce = 500;

/** The records of the rooms in Redis: every change is one script on keys of one slot. */
export class RedisRoomRecords implements RoomRecords {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts: Record<ScriptName, Script> = loadScripts(import.meta.url, scriptNames);
  #expiryPart = 0;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async assign(
    tenant: TenantId,
    appointmentId: AppointmentId,
    proposed: RoomId | null,
  ): Promise<RoomId | null> {
    const key = this.#keys.appointment(tenant, appointmentId);
    try {
      if (proposed === null) return (await this.#redis.get(key)) as RoomId | null;
      const assigned = await this.#redis.set(key, proposed, 'PX', assignmentMs, 'NX', 'GET');
      if (assigned === null) return proposed;
      await this.#redis.pexpire(key, assignmentMs);
      return assigned as RoomId;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async prepare(request: PrepareRequest): Promise<PrepareOutcome> {
    const { room, incarnation, policy, preparation } = request;
    const answer = await this.#run<PrepareOutcome['kind']>('prepare-room', room, [
      room.roomId,
      incarnation,
      policy.capacity,
      policy.duplicates,
      ...preparationArgs(room, preparation),
    ]);
    return { kind: answer[0], state: parseState(answer) };
  }

  async start(room: RoomRef): Promise<StartOutcome> {
    const args = [this.#keys.channelPrefix, prepareEvent(room, { type: 'started' })];
    const answer = await this.#run<StartOutcome['kind']>('start-room', room, args);
    const [kind] = answer;
    return kind === 'absent' ? { kind } : { kind, state: parseState(answer) };
  }

  async end({ room, asker }: EndRequest): Promise<EndOutcome> {
    const answer = await this.#run<EndOutcome['kind']>('end-room', room, [
      this.#keys.channelPrefix,
      prepareEvent(room, { type: 'ended', by: asker?.peerId ?? null }),
      formatUser(asker?.asEntitled ?? null),
      asker?.asMember ? asker.peerId : '',
      room.roomId,
      nameOf(room),
      asker === null ? 1 : 0,
      limits.plainRoomKeepMs,
    ]);
    const [kind] = answer;
    return kind === 'absent' || kind === 'refused' ? { kind } : { kind, state: parseState(answer) };
  }

  async list(request: ListRequest): Promise<ListedRooms> {
    const { tenant, onlyOccupied, cursor, limit } = request;
    const keyOf = (partition: number) => {
      const [all, occupied] = this.#keys.roomLists(tenant, partition);
      return onlyOccupied ? occupied : all;
    };
    const page = await listNames(this.#redis, { keyOf, prefix: '', cursor, limit });
    const rooms = page.names.map((id): RoomRef => ({ tenant, roomId: id as RoomId }));
    const read = async (room: RoomRef) => {
      const answer = await this.#run<'found' | 'absent'>('read-room', room, []);
      // It may have gone since its name was read.
      return answer[0] === 'found' ? [{ room, state: parseState(answer) }] : [];
    };
    return { rooms: (await Promise.all(rooms.map(read))).flat(), cursor: page.cursor };
  }

  async totals(tenant: TenantId): Promise<RoomTotals> {
    const count = async (partition: number) => {
      const [, occupied, participants] = this.#keys.roomLists(tenant, partition);
      return Promise.all([this.#redis.zcard(occupied), this.#redis.get(participants)]);
    };
    try {
      const counts = await Promise.all(partitions.map(count));
      const totals = { rooms: 0, participants: 0 };
      for (const [rooms, participants] of counts) {
        totals.rooms += rooms;
        totals.participants += Number(participants ?? 0);
      }
      return totals;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async expire({ index, of }: Share): Promise<number> {
    const part = this.#expiryPart;
    this.#expiryPart = (part + 1) % expiryParts;
    const mine = partitions.filter((partition) => partition % of === index);
    const due = await this.#due(mine.filter((_, at) => at % expiryParts === part));
    const remove = async (room: RoomRef) =>
      this.#run('expire-room', room, [nameOf(room), room.roomId, keptOnMs]);
    const outcomes: unknown[] = await Promise.all(due.map(remove));
    return outcomes.filter((outcome) => outcome === 'expired').length;
  }

  async #due(mine: readonly number[]): Promise<RoomRef[]> {
    if (mine.length === 0) return [];
    const sets = mine.map((partition) => this.#keys.roomTimers(partition));
    return (await readDue(this.#redis, sets, expiredAtOnce)).map(({ member }) => parseName(member));
  }

  async #run<Status extends string>(
    name: ScriptName,
    room: RoomRef,
    args: readonly (string | number)[],
  ): Promise<Answer<Status>> {
    const answer = await this.#scripts[name].run(this.#redis, this.#keys.room(room), args);
    return answer as Answer<Status>;
  }
}
