import type { NodeId, Participant } from '@switchboard/protocol';
import type { SignalEnvelope } from './ports/bus.ts';
import type { ClusterClock } from './ports/cluster-clock.ts';
import type { Observer } from './ports/observer.ts';
import type { Session } from './session.ts';

export interface SignalTimingDependencies {
  readonly node: NodeId;
  readonly clock: ClusterClock;
  readonly observer: Observer;
}

/** An answer that comes later than this is about a change of a call, and not about its beginning. */
const negotiatedWithinMs = 60_000;

/** Measures how long signals are under way, and how long it takes two participants to connect. */
export class SignalTiming {
  readonly #dependencies: SignalTimingDependencies;
  /** From whom a session has had an answer, by peer and seat. */
  readonly #answered = new WeakMap<Session, Set<string>>();

  constructor(dependencies: SignalTimingDependencies) {
    this.#dependencies = dependencies;
  }

  /** A signal has just been handed to its receiver's connection. */
  delivered(
    signal: SignalEnvelope,
    receiver: Session,
    pair: readonly [Participant, Participant],
  ): void {
    // What is kept for a client that is away says nothing about the cluster.
    if (!receiver.isConnected) return;
    const { node, clock, observer } = this.#dependencies;
    const now = performance.now();
    if (signal.origin === node) observer.signalDelivered('local', now - signal.acceptedAt);
    else observer.signalDelivered('remote', clock.at(now) - signal.sentAt);
    if (signal.kind === 'answer') this.#negotiated(receiver, pair);
  }

  /** One of the pair is the receiver, the other has answered it. */
  #negotiated(receiver: Session, pair: readonly [Participant, Participant]): void {
    const afterMs = Date.now() - Math.max(...pair.map(({ joinedAt }) => joinedAt));
    if (afterMs > negotiatedWithinMs) return;
    const answered = this.#answered.get(receiver) ?? new Set();
    this.#answered.set(receiver, answered);
    const key = pair.map(({ peerId, seat }) => `${peerId} ${seat}`).join();
    if (answered.has(key)) return;
    answered.add(key);
    this.#dependencies.observer.callNegotiated(Math.max(afterMs, 0));
  }
}
