import type {
  Binding,
  PutAnnotationOutcome,
  PutAnnotationRequest,
  RemoveAnnotationOutcome,
  RemoveAnnotationRequest,
  RoomAnnotations,
  RoomRef,
} from '@switchboard/core';
import { type Annotation, limits } from '@switchboard/protocol';
import type { MemoryRooms } from './memory-rooms.ts';

/** What hangs on the rooms of one process for everybody to see. */
export class MemoryAnnotations implements RoomAnnotations {
  readonly #rooms: MemoryRooms;

  constructor(rooms: MemoryRooms) {
    this.#rooms = rooms;
  }

  async put(request: PutAnnotationRequest): Promise<PutAnnotationOutcome> {
    const open = this.#rooms.open(request.room, request.binding);
    if (!open) return { kind: 'not-member' };
    const { annotations } = open.contents;
    const annotation: Annotation = { ...request.annotation, at: Date.now() };
    const isNew = !annotations.delete(annotation.id);
    if (isNew && annotations.size >= limits.annotations) return { kind: 'full' };
    annotations.set(annotation.id, annotation);
    const count = annotations.size;
    const position = open.publish({ type: 'annotation-put', annotation, annotations: count });
    return { kind: 'put', annotation, ...position };
  }

  async remove(request: RemoveAnnotationRequest): Promise<RemoveAnnotationOutcome> {
    const { room, binding, id } = request;
    const open = this.#rooms.open(room, binding);
    if (!open) return { kind: 'not-member' };
    const { annotations } = open.contents;
    if (!annotations.delete(id)) return { kind: 'absent' };
    const { peerId } = binding;
    const count = annotations.size;
    const change = { type: 'annotation-removed', peerId, id, annotations: count } as const;
    return { kind: 'removed', ...open.publish(change) };
  }

  /** The one that was put last is the last in the map. */
  async list(of: { room: RoomRef; binding: Binding }): Promise<readonly Annotation[] | null> {
    const open = this.#rooms.open(of.room, of.binding);
    return open && [...open.contents.annotations.values()];
  }
}
