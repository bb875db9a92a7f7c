import type {
  DetachRequest,
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LeaveRequest,
  RebindOutcome,
  RebindRequest,
  RegisterMemberOutcome,
  RegisterMemberRequest,
  RoomPosition,
  RoomRef,
  RoomState,
  RoomStore,
  UpdateOutcome,
  UpdateRequest,
} from '@switchboard/core';
import { type Incarnation, namedIn, SignalingError } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import type { Keys } from '../keys.ts';
import { formatIntroduction, formatUser, placeArgs, preparationArgs } from './member-args.ts';
import { formatFlags, parseFlags } from './member-flags.ts';
import { parsePosition, parseState, parseStatePosition } from './room-answer.ts';
import { prepareEvent } from './room-event.ts';
import { RoomScripts } from './room-scripts.ts';

const scriptNames = [
  'join-room',
  'leave-room',
  'update-member',
  'rebind-member',
  'register-member',
  'read-room',
] as const;

/** The rooms of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisRooms implements RoomStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts: RoomScripts<(typeof scriptNames)[number]>;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
    this.#scripts = new RoomScripts(redis, keys, scriptNames);
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    const { room, binding, participant, soleUser, ifCreated, mayCreate, onlyReplaces } = request;
    const { media, ...introduction } = participant;
    const answer = await this.#scripts.run<JoinOutcome['kind'] | 'unavailable'>('join-room', room, [
      ...placeArgs(room, binding, { flags: formatFlags(media, true), soleUser, introduction }),
      ifCreated.incarnation,
      ifCreated.capacity,
      ifCreated.duplicates,
      mayCreate ? 1 : 0,
      request.onlyAsEntitled === null ? 0 : 1,
      // A peer id is never empty.
      onlyReplaces ?? '',
    ]);
    const [kind] = answer;
    switch (kind) {
      case 'joined':
      case 'already':
        return { kind, state: parseState(answer) };
      case 'full':
        return { kind, capacity: parseState(answer).capacity };
      case 'absent':
      case 'stranger':
      case 'ended':
      case 'screen-refused':
      case 'occupied':
      case 'fenced':
        return { kind };
      case 'unavailable':
        throw new SignalingError('unavailable');
    }
  }

  async leave({ room, binding, reason }: LeaveRequest): Promise<LeaveOutcome> {
    const { peerId, epoch } = binding;
    const event = prepareEvent(room, { type: 'left', peerId, reason });
    const args = [peerId, epoch, event, room.roomId];
    const answer = await this.#scripts.run<LeaveOutcome['kind']>('leave-room', room, args);
    const [kind, ...position] = answer;
    return kind === 'left' ? { kind, ...parsePosition(position) } : { kind };
  }

  async update(request: UpdateRequest): Promise<UpdateOutcome> {
    const { room, binding, media, introduction, onlyAsEntitled } = request;
    const { peerId, epoch } = binding;
    const instance = introduction?.instance;
    const change = {
      type: 'updated',
      peerId,
      ...namedIn(media),
      ...(instance !== undefined && { instance }),
    } as const;
    const json = introduction ? formatIntroduction(introduction) : '';
    const event = prepareEvent(room, change);
    const args = [peerId, epoch, formatFlags(media), event, json, formatUser(onlyAsEntitled)];
    const answer = await this.#scripts.run<UpdateOutcome['kind']>('update-member', room, args);
    const [kind, flags, ...position] = answer;
    if (kind !== 'updated') return { kind };
    return { kind, media: parseFlags(flags as string).media, ...parsePosition(position) };
  }

  async detach({ room, binding }: DetachRequest): Promise<void> {
    const { peerId, epoch } = binding;
    const event = prepareEvent(room, { type: 'detached', peerId });
    await this.#scripts.run('update-member', room, [
      peerId,
      epoch,
      formatFlags({}, false),
      event,
      '',
      '-',
    ]);
  }

  async rebind({ room, binding, soleUser }: RebindRequest): Promise<RebindOutcome> {
    const { peerId, epoch, node } = binding;
    const event = prepareEvent(room, { type: 'rebound', peerId, node, epoch });
    const args = [peerId, epoch, node, event, formatUser(soleUser)];
    const answer = await this.#scripts.run<RebindOutcome['kind']>('rebind-member', room, args);
    const [kind] = answer;
    if (kind === 'ended') return { kind, position: parseStatePosition(answer) };
    return kind === 'rebound' ? { kind, state: parseState(answer) } : { kind };
  }

  async register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome> {
    const { room, member, soleUser, ifLost } = request;
    const { seat, media, connected, ...introduction } = member.participant;
    const { node, epoch } = member;
    const binding = { peerId: introduction.peerId, node, epoch };
    const { progress } = ifLost;
    const answer = await this.#scripts.run<RegisterMemberOutcome['kind']>('register-member', room, [
      ...placeArgs(room, binding, { flags: formatFlags(media, connected), soleUser, introduction }),
      ifLost.incarnation,
      ifLost.capacity,
      ifLost.duplicates,
      progress.status,
      ifLost.createdAt,
      progress.status === 'waiting' ? '' : (progress.startedAt ?? ''),
      seat,
      ...preparationArgs(room, ifLost.preparation),
    ]);
    const [kind] = answer;
    if (kind === 'ended') return { kind, position: parseStatePosition(answer) };
    return kind === 'registered' ? { kind, state: parseState(answer) } : { kind };
  }

  async position(room: RoomRef): Promise<RoomPosition | null> {
    const [key] = this.#keys.room(room);
    try {
      const [incarnation, rev] = await this.#redis.hmget(key, 'incarnation', 'rev');
      return incarnation && rev
        ? { incarnation: incarnation as Incarnation, rev: Number(rev) }
        : null;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async read(room: RoomRef): Promise<RoomState | null> {
    const answer = await this.#scripts.run<'found' | 'absent'>('read-room', room, []);
    return answer[0] === 'found' ? parseState(answer) : null;
  }
}
