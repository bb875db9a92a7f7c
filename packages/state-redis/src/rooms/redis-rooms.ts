import type {
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LeaveRequest,
  RoomRef,
  RoomState,
  RoomStore,
  UpdateOutcome,
  UpdateRequest,
} from '@switchboard/core';
import type { RedisClient } from '../connection/client.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { formatMedia, parseMedia } from './media-flags.ts';
import { type Answer, parseState } from './room-answer.ts';
import { prepareEvent } from './room-event.ts';

const scriptNames = ['join-room', 'leave-room', 'update-media', 'read-room'] as const;
type ScriptName = (typeof scriptNames)[number];

/** The rooms of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisRooms implements RoomStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts: Record<ScriptName, Script> = loadScripts(import.meta.url, scriptNames);

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async join({ room, binding, participant, ifCreated }: JoinRequest): Promise<JoinOutcome> {
    const { node, epoch } = binding;
    const { peerId, media, ...rest } = participant;
    const change = {
      type: 'joined',
      member: { node, epoch, participant: { peerId, ...rest } },
    } as const;
    const answer = await this.#run<'joined' | 'already' | 'full' | 'fenced'>('join-room', room, [
      peerId,
      epoch,
      node,
      formatMedia(media),
      JSON.stringify(rest),
      prepareEvent({ room, change }),
      ifCreated.incarnation,
      ifCreated.capacity,
    ]);
    const [kind] = answer;
    switch (kind) {
      case 'joined':
      case 'already':
        return { kind, state: parseState(answer) };
      case 'full':
        return { kind, capacity: parseState(answer).capacity };
      case 'fenced':
        return { kind };
    }
  }

  async leave({ room, binding, reason }: LeaveRequest): Promise<LeaveOutcome> {
    const { peerId, epoch } = binding;
    const event = prepareEvent({ room, change: { type: 'left', peerId, reason } });
    const [kind] = await this.#run<LeaveOutcome['kind']>('leave-room', room, [
      peerId,
      epoch,
      event,
    ]);
    return { kind };
  }

  async update({ room, binding, media }: UpdateRequest): Promise<UpdateOutcome> {
    const { peerId, epoch } = binding;
    const event = prepareEvent({ room, change: { type: 'updated', peerId } });
    const [kind, flags] = await this.#run<UpdateOutcome['kind']>('update-media', room, [
      peerId,
      epoch,
      formatMedia(media),
      event,
    ]);
    return kind === 'updated' ? { kind, media: parseMedia(flags as string) } : { kind };
  }

  async read(room: RoomRef): Promise<RoomState | null> {
    const answer = await this.#run<'found' | 'absent'>('read-room', room, []);
    return answer[0] === 'found' ? parseState(answer) : null;
  }

  async #run<Status extends string>(
    name: ScriptName,
    room: RoomRef,
    args: readonly (string | number)[],
  ): Promise<Answer<Status>> {
    const answer = await this.#scripts[name].run(this.#redis, this.#keys.room(room), [
      this.#keys.channelPrefix,
      ...args,
    ]);
    return answer as Answer<Status>;
  }
}
