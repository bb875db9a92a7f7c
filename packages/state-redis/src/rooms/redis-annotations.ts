import type {
  Binding,
  PutAnnotationOutcome,
  PutAnnotationRequest,
  RemoveAnnotationOutcome,
  RemoveAnnotationRequest,
  RoomAnnotations,
  RoomChange,
  RoomRef,
} from '@switchboard/core';
import { type Annotation, limits } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { parsePosition } from './room-answer.ts';
import { prepareEventUpTo, prepareTimed } from './room-event.ts';
import { RoomScripts } from './room-scripts.ts';

const scriptNames = ['put-annotation', 'remove-annotation', 'list-annotations'] as const;

const put = { type: 'annotation-put' } as const satisfies Partial<RoomChange>;

/** What hangs on the rooms of the cluster for everybody to see, in Redis. */
export class RedisAnnotations implements RoomAnnotations {
  readonly #scripts: RoomScripts<(typeof scriptNames)[number]>;

  constructor(redis: RedisClient, keys: Keys) {
    this.#scripts = new RoomScripts(redis, keys, scriptNames);
  }

  async put(request: PutAnnotationRequest): Promise<PutAnnotationOutcome> {
    const { room, binding, annotation } = request;
    const answer = await this.#scripts.run<PutAnnotationOutcome['kind']>('put-annotation', room, [
      binding.peerId,
      binding.epoch,
      annotation.id,
      prepareTimed(annotation),
      prepareEventUpTo(room, put, 'annotation'),
      limits.annotations,
    ]);
    const [kind, incarnation, rev, json] = answer;
    if (kind !== 'put') return { kind };
    return { kind, ...parsePosition([incarnation, rev]), annotation: JSON.parse(json as string) };
  }

  async remove(request: RemoveAnnotationRequest): Promise<RemoveAnnotationOutcome> {
    const { room, binding, id } = request;
    const { peerId, epoch } = binding;
    const removed = {
      type: 'annotation-removed',
      peerId,
      id,
    } as const satisfies Partial<RoomChange>;
    const [kind, ...position] = await this.#scripts.run<RemoveAnnotationOutcome['kind']>(
      'remove-annotation',
      room,
      [peerId, epoch, id, prepareEventUpTo(room, removed, 'annotations')],
    );
    return kind === 'removed' ? { kind, ...parsePosition(position) } : { kind };
  }

  async list(of: { room: RoomRef; binding: Binding }): Promise<readonly Annotation[] | null> {
    const { peerId, epoch } = of.binding;
    const [kind, ...found] = await this.#scripts.run<'listed' | 'not-member'>(
      'list-annotations',
      of.room,
      [peerId, epoch],
    );
    if (kind === 'not-member') return null;
    const annotations = found.map((json): Annotation => JSON.parse(json as string));
    return annotations.sort((a, b) => a.at - b.at);
  }
}
