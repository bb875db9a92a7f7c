import type {
  Annotation,
  AnnotationId,
  EventPayload,
  JsonValue,
  RoomSnapshot,
} from '@switchboard/protocol';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import { persist } from '../persist.ts';
import { patienceMs, type RoomLink } from './room-link.ts';

/** Also of what this client itself has put or removed, once the cluster has it. */
export interface AnnotationsEvents {
  changed: Annotation;
  removed: Annotation;
}

/** What has been put into a room for all to see. Whoever comes in gets what is there. */
export interface Annotations extends Subscribable<AnnotationsEvents> {
  readonly all: ReadonlyMap<AnnotationId, Annotation>;
  /**
   * Puts plain JSON of at most 4 KiB into the room, in the place of what has the same id. Lost
   * connections and answers are waited out for half a minute.
   *
   * @throws SwitchboardError `too_many_annotations`, `forbidden`
   */
  put(id: string, data: JsonValue): Promise<Annotation>;
  /** That there is none is no error. @throws SwitchboardError `forbidden` */
  remove(id: string): Promise<void>;
}

type Snapshot = Pick<RoomSnapshot, 'incarnation' | 'rev' | 'annotations'>;
type Change = Pick<EventPayload<'annotation:changed'>, 'incarnation' | 'rev'>;

/**
 * The annotations of a room from the inside. Events and answers come in any order: of each id, what
 * has the higher rev counts. What is read as a whole has no revs, so it does not touch an id of
 * which something was heard since it was asked for.
 */
export class RoomAnnotations implements Annotations {
  readonly #link: RoomLink;
  readonly #events = new Emitter<AnnotationsEvents>();
  readonly #all = new Map<AnnotationId, Annotation>();
  /** Of which rev each id is known, removed ones included; since the last reading. */
  readonly #revs = new Map<string, number>();
  #snapshot: Snapshot;
  #isReading = false;

  constructor(link: RoomLink, snapshot: Snapshot) {
    this.#link = link;
    this.#snapshot = snapshot;
    this.catchUp(snapshot);
  }

  get all(): ReadonlyMap<AnnotationId, Annotation> {
    return this.#all;
  }

  on<K extends keyof AnnotationsEvents>(
    event: K,
    handler: Handler<AnnotationsEvents[K]>,
  ): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof AnnotationsEvents>(
    event: K,
    handler: Handler<AnnotationsEvents[K]>,
  ): () => void {
    return this.#events.once(event, handler);
  }

  put(id: string, data: JsonValue): Promise<Annotation> {
    const { roomId, send, over } = this.#link;
    const payload = { roomId, id, data };
    const attempt = () =>
      send({
        command: 'annotation:put',
        payload,
        take: ({ annotation, ...change }) => {
          this.hearChanged(change, annotation);
          return annotation;
        },
      });
    return persist(attempt, { signal: over, patienceMs });
  }

  remove(id: string): Promise<void> {
    const { roomId, send, over } = this.#link;
    const payload = { roomId, id };
    const attempt = () =>
      send({
        command: 'annotation:remove',
        payload,
        take: ({ incarnation, rev }) => {
          if (incarnation !== undefined && rev !== undefined) {
            this.hearRemoved({ incarnation, rev }, id as AnnotationId);
          }
        },
      });
    return persist(attempt, { signal: over, patienceMs });
  }

  hearChanged(change: Change, annotation: Annotation): void {
    if (this.#isNews(change, annotation.id)) this.#set(annotation);
  }

  hearRemoved(change: Change, id: AnnotationId): void {
    if (this.#isNews(change, id)) this.#delete(id);
  }

  /** A snapshot takes the place of changes that were not told: everything is read anew. */
  catchUp(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    let snapshot: Snapshot;
    do {
      snapshot = this.#snapshot;
      this.#revs.clear();
      if (snapshot.annotations === 0) this.#replace([]);
      else if (!(await this.#readAll(snapshot))) break;
    } while (snapshot !== this.#snapshot);
    this.#isReading = false;
  }

  /** @returns false if they are not to be had. */
  async #readAll(snapshot: Snapshot): Promise<boolean> {
    const { roomId, send, over } = this.#link;
    const attempt = () => {
      if (snapshot !== this.#snapshot) return Promise.resolve();
      return send({
        command: 'annotation:list',
        payload: { roomId },
        take: ({ annotations }) => {
          if (snapshot === this.#snapshot) this.#replace(annotations);
        },
      });
    };
    try {
      await persist(attempt, { signal: over });
      return true;
    } catch (error) {
      if (error instanceof SwitchboardError) return false;
      throw error;
    }
  }

  #replace(annotations: readonly Annotation[]): void {
    const listed = new Set<AnnotationId>();
    for (const annotation of annotations) {
      listed.add(annotation.id);
      if (!this.#revs.has(annotation.id)) this.#set(annotation);
    }
    for (const id of [...this.#all.keys()]) {
      if (!listed.has(id) && !this.#revs.has(id)) this.#delete(id);
    }
  }

  #isNews({ incarnation, rev }: Change, id: AnnotationId): boolean {
    // What the last snapshot was taken after is read with it.
    const known = Math.max(this.#revs.get(id) ?? 0, this.#snapshot.rev);
    if (incarnation !== this.#snapshot.incarnation || rev <= known) return false;
    this.#revs.set(id, rev);
    return true;
  }

  #set(annotation: Annotation): void {
    const known = this.#all.get(annotation.id);
    this.#all.set(annotation.id, annotation);
    const isSame = known && JSON.stringify(known) === JSON.stringify(annotation);
    if (!isSame) this.#events.emit('changed', annotation);
  }

  #delete(id: AnnotationId): void {
    const known = this.#all.get(id);
    if (!known) return;
    this.#all.delete(id);
    this.#events.emit('removed', known);
  }
}
