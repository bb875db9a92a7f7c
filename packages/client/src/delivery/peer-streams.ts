import type { Delivery, JsonValue, Participant, PeerId, SignalKind } from '@switchboard/protocol';
import { SwitchboardError } from '../errors.ts';
import { type OutgoingSignal, PeerStream } from './peer-stream.ts';

export interface PeerStreamsOptions {
  /** This page load's instance. */
  readonly own: string;
  /** Hands a signal to the cluster. @throws SwitchboardError what the cluster refuses it for. */
  readonly transmit: (to: PeerId, signal: OutgoingSignal) => Promise<void>;
  readonly deliver: (from: PeerId, kind: SignalKind, data: JsonValue) => void;
  /** Signals to a participant are refused, because too many of them wait. */
  readonly onFull: (to: PeerId) => void;
}

interface Entry {
  readonly instance: string;
  readonly stream: PeerStream;
}

/** The streams of one room: one with each participant that delivers from end to end. */
export class PeerStreams {
  readonly #options: PeerStreamsOptions;
  readonly #streams = new Map<PeerId, Entry>();

  constructor(options: PeerStreamsOptions) {
    this.#options = options;
  }

  /** The stream with a participant as it is now; null if it does not deliver from end to end. */
  with({ peerId, instance }: Participant): PeerStream | null {
    const present = this.#streams.get(peerId);
    if (present && present.instance === instance) return present.stream;
    this.drop(peerId);
    if (instance === undefined) return null;
    const { own, transmit, deliver, onFull } = this.#options;
    const stream = new PeerStream({
      own,
      other: instance,
      transmit: (signal) => transmit(peerId, signal),
      deliver: (kind, data) => deliver(peerId, kind, data),
      onFull: () => onFull(peerId),
    });
    this.#streams.set(peerId, { instance, stream });
    return stream;
  }

  /** A numbered or acknowledging signal of a participant. */
  receive(
    from: Participant,
    { kind, data, delivery }: { kind: SignalKind; data: JsonValue; delivery: Delivery },
  ): void {
    this.with(from)?.receive(kind, data, delivery);
  }

  /** The way to one participant may be open again. */
  resend(peerId: PeerId): void {
    this.#streams.get(peerId)?.stream.resend();
  }

  /** This client's own connection is back. */
  resendAll(): void {
    for (const { stream } of this.#streams.values()) stream.resend();
  }

  /** A participant is gone for good, or has begun anew. */
  drop(peerId: PeerId): void {
    this.#streams.get(peerId)?.stream.close(SwitchboardError.local('peer_gone'));
    this.#streams.delete(peerId);
  }

  close(): void {
    for (const peerId of [...this.#streams.keys()]) this.drop(peerId);
  }
}
