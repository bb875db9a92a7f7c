import { readFileSync } from 'node:fs';
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
import { Script } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { formatMedia, parseMedia } from './media-flags.ts';
import { type Answer, parseState } from './room-answer.ts';
import { prepareEvent } from './room-event.ts';

/** The rooms of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisRooms implements RoomStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #joinScript = loadScript('join-room');
  readonly #leaveScript = loadScript('leave-room');
  readonly #updateScript = loadScript('update-media');
  readonly #readScript = loadScript('read-room');

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
    const answer = await this.#run<'joined' | 'already' | 'full' | 'fenced'>(
      this.#joinScript,
      room,
      [
        peerId,
        epoch,
        node,
        formatMedia(media),
        JSON.stringify(rest),
        prepareEvent({ room, change }),
        ifCreated.incarnation,
        ifCreated.capacity,
      ],
    );
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
    const [kind] = await this.#run<LeaveOutcome['kind']>(this.#leaveScript, room, [
      peerId,
      epoch,
      event,
    ]);
    return { kind };
  }

  async update({ room, binding, media }: UpdateRequest): Promise<UpdateOutcome> {
    const { peerId, epoch } = binding;
    const event = prepareEvent({ room, change: { type: 'updated', peerId } });
    const [kind, flags] = await this.#run<UpdateOutcome['kind']>(this.#updateScript, room, [
      peerId,
      epoch,
      formatMedia(media),
      event,
    ]);
    return kind === 'updated' ? { kind, media: parseMedia(flags as string) } : { kind };
  }

  async read(room: RoomRef): Promise<RoomState | null> {
    const answer = await this.#run<'found' | 'absent'>(this.#readScript, room, []);
    return answer[0] === 'found' ? parseState(answer) : null;
  }

  async #run<Status extends string>(
    script: Script,
    room: RoomRef,
    args: readonly (string | number)[],
  ): Promise<Answer<Status>> {
    const answer = await script.run(this.#redis, this.#keys.room(room), [
      this.#keys.channelPrefix,
      ...args,
    ]);
    return answer as Answer<Status>;
  }
}

function loadScript(name: string): Script {
  const read = (file: string) => readFileSync(new URL(`./${file}.lua`, import.meta.url), 'utf8');
  return new Script(`${read('prelude')}\n${read(name)}`);
}
