import type { Annotation, AnnotationId } from '@switchboard/protocol';
import type { Binding, RoomPosition, RoomRef } from './room-store.ts';

export interface PutAnnotationRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /** The annotation, but for its time, which the store gives. */
  readonly annotation: Omit<Annotation, 'at'>;
}

export type PutAnnotationOutcome =
  | ({ readonly kind: 'put'; readonly annotation: Annotation } & RoomPosition)
  /** The room has as many as it may have, and none of this id. */
  | { readonly kind: 'full' }
  /** Not in the room, or in it under a higher epoch. */
  | { readonly kind: 'not-member' };

export interface RemoveAnnotationRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  readonly id: AnnotationId;
}

export type RemoveAnnotationOutcome =
  | ({ readonly kind: 'removed' } & RoomPosition)
  /** There was none of this id: nothing was changed or published. */
  | { readonly kind: 'absent' }
  /** Not in the room, or in it under a higher epoch. */
  | { readonly kind: 'not-member' };

/**
 * What hangs on the rooms of the cluster for everybody to see, by id, while the room exists: at
 * most `limits.annotations`. A change of it is a change of the room like any other, and what the
 * `RoomStore` promises of changes holds here.
 */
export interface RoomAnnotations {
  /** Bumps `rev` and publishes even when the same is put again: its author may be another one. */
  put(request: PutAnnotationRequest): Promise<PutAnnotationOutcome>;
  remove(request: RemoveAnnotationRequest): Promise<RemoveAnnotationOutcome>;
  /** @returns in the order of their times; null if not in the room. */
  list(request: { room: RoomRef; binding: Binding }): Promise<readonly Annotation[] | null>;
}
