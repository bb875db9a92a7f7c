import { SignalingError } from '@switchboard/protocol';
import { breathe } from './simulated-time.ts';

/** What is on its way between nodes and the store. */
export type ParcelKind = 'request' | 'reply' | 'event' | 'fence' | 'message';

interface Parcel {
  readonly kind: ParcelKind;
  /** Parcels with the same lane arrive in the order in which they were sent. */
  readonly lane: string | null;
  /** Of a request: the node that makes it. */
  readonly sender?: string;
  readonly deliver: () => void;
  /** How a request fails: before it reaches the store, or when its answer is lost. */
  readonly fail?: (when: 'before' | 'after') => void;
}

/**
 * Everything that is on its way, in order of sending. Nothing arrives by itself: whoever runs the
 * simulation says what is next.
 */
export class Network {
  #parcels: Parcel[] = [];

  /** How much is on its way. */
  get size(): number {
    return this.#parcels.length;
  }

  get isQuiet(): boolean {
    return this.#parcels.length === 0;
  }

  /** A call that travels to the store, and its outcome that travels back. */
  call<T>(
    { sender, isOrdered }: { sender: string; isOrdered: boolean },
    run: () => Promise<T>,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const answer = (deliver: () => void) =>
      this.#parcels.push({ kind: 'reply', lane: null, deliver });
    const lose = () => answer(() => reject(new SignalingError('unavailable')));
    this.#parcels.push({
      kind: 'request',
      sender,
      lane: isOrdered ? `calls of ${sender}` : null,
      deliver: () => {
        run().then(
          (outcome) => answer(() => resolve(outcome)),
          (error: unknown) => answer(() => reject(error)),
        );
      },
      fail: (when) => {
        if (when === 'before') lose();
        else run().then(lose, lose);
      },
    });
    return promise;
  }

  /** Something that travels one way. */
  send(kind: 'event' | 'fence' | 'message', lane: string | null, deliver: () => void): void {
    this.#parcels.push({ kind, lane, deliver });
  }

  /** Delivers one parcel; 0 is the oldest. Does nothing when none is on its way. */
  async deliver(pick: number): Promise<void> {
    this.#take(pick)?.deliver();
    await breathe();
  }

  /** A room event that gets lost. */
  drop(pick: number): void {
    const index = this.#indexOf(pick, 'event');
    if (index >= 0) this.#parcels.splice(index, 1);
  }

  /** A room event that comes twice. */
  duplicate(pick: number): void {
    const parcel = this.#parcels[this.#indexOf(pick, 'event')];
    if (parcel) this.#parcels.push(parcel);
  }

  /** A signal, or the answer to one, that gets lost. */
  lose(pick: number): void {
    const index = this.#indexOf(pick, 'message');
    if (index >= 0) this.#parcels.splice(index, 1);
  }

  /** A call that the store does not answer. */
  async fail(pick: number, when: 'before' | 'after'): Promise<void> {
    const picked = this.#parcels[this.#indexOf(pick, 'request')];
    if (!picked) return;
    // What is sent in order over one connection fails together, if it does not get there.
    const isLost = (parcel: Parcel) =>
      parcel === picked || (when === 'before' && !!picked.lane && parcel.lane === picked.lane);
    const lost = this.#parcels.filter(isLost);
    this.#parcels = this.#parcels.filter((parcel) => !lost.includes(parcel));
    for (const parcel of lost) parcel.fail?.(when);
    await breathe();
  }

  /** Delivers what a node that is starting asks of the store, and the answers. */
  async deliverFrom(start: number): Promise<void> {
    while (this.#parcels.length > start) {
      this.#parcels.pop()?.deliver();
      await breathe();
    }
  }

  /** The store carries out what a node has asked for; the answers are on their way. */
  async deliverRequestsOf(sender: string): Promise<void> {
    for (;;) {
      const index = this.#parcels.findIndex(
        (parcel) => parcel.kind === 'request' && parcel.sender === sender,
      );
      if (index < 0) return;
      this.#parcels.splice(index, 1)[0]?.deliver();
      await breathe();
    }
  }

  /** Delivers everything, and what that causes, oldest first. */
  async deliverAll(): Promise<void> {
    for (let left = 10_000; !this.isQuiet; left--) {
      if (left === 0) throw new Error('the cluster does not come to rest');
      await this.deliver(0);
    }
  }

  #take(pick: number): Parcel | undefined {
    const picked = this.#parcels[pick % this.#parcels.length];
    if (!picked) return undefined;
    const first = this.#parcels.findIndex(
      (parcel) => parcel === picked || (picked.lane !== null && parcel.lane === picked.lane),
    );
    return this.#parcels.splice(first, 1)[0];
  }

  /** The place of one of the parcels of a kind; -1 when there is none. */
  #indexOf(pick: number, kind: ParcelKind): number {
    const places = this.#parcels.flatMap((parcel, index) => (parcel.kind === kind ? [index] : []));
    return places[pick % places.length] ?? -1;
  }
}
