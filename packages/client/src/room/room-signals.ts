import type {
  CommandPayload,
  EventPayload,
  JsonValue,
  Participant,
  PeerId,
  RoomId,
  SignalKind,
} from '@switchboard/protocol';
import { PeerStreams } from '../delivery/peer-streams.ts';
import type { Emitter } from '../emitter.ts';
import { EarlySignals } from './early-signals.ts';
import type { Send } from './join.ts';
import type { RoomEvents } from './room.ts';

export interface RoomSignalsOptions {
  readonly roomId: RoomId;
  /** This page load's instance. */
  readonly instance: string;
  readonly events: Emitter<RoomEvents>;
  readonly find: (peerId: PeerId) => Participant | undefined;
  /** @throws SwitchboardError `not_connected` also while the room is being entered again. */
  readonly send: Send;
}

/** The signals of one room: from end to end with whom that is possible, and else as they are. */
export class RoomSignals {
  readonly #options: RoomSignalsOptions;
  readonly #early: EarlySignals;
  readonly #streams: PeerStreams;

  constructor(options: RoomSignalsOptions) {
    const { instance, events } = options;
    this.#options = options;
    this.#early = new EarlySignals((signal) => events.emit('signal', signal));
    this.#streams = new PeerStreams({
      own: instance,
      transmit: (to, signal) => this.#transmit({ to, ...signal }),
      deliver: (from, kind, data) => this.#early.push({ from, kind, data }),
      onFull: (to) => events.emit('queueFull', { to }),
    });
  }

  /** Somebody listens. */
  open(): void {
    this.#early.open();
  }

  async send(to: PeerId, kind: SignalKind, data: JsonValue): Promise<void> {
    const other = this.#options.find(to);
    const stream = other ? this.#streams.with(other) : null;
    await (stream ? stream.send(kind, data) : this.#transmit({ to, kind, data }));
  }

  hear({ from, kind, data, delivery }: EventPayload<'signal'>): void {
    const sender = this.#options.find(from);
    if (!delivery) this.#early.push({ from, kind, data });
    else if (sender) this.#streams.receive(sender, { kind, data, delivery });
  }

  hearFailed({ to, error }: EventPayload<'signal:failed'>): void {
    const { find, events } = this.#options;
    const other = find(to);
    // What is in a stream is sent again until it arrives, or its receiver is gone.
    if (error.retryable && other && this.#streams.with(other)) return;
    events.emit('signalFailed', { to, error });
  }

  /** What a participant who has left has said is not waited to be heard any more. */
  forget(peerId: PeerId): void {
    this.#early.forget(peerId);
  }

  /** A participant is gone for good. */
  drop(peerId: PeerId): void {
    this.#streams.drop(peerId);
  }

  /** The way to one participant may be open again. */
  resend(peerId: PeerId): void {
    this.#streams.resend(peerId);
  }

  /** This client's own connection is back. */
  resendAll(): void {
    this.#streams.resendAll();
  }

  /** To the others this client is somebody else from now on, or gone. */
  close(): void {
    this.#streams.close();
  }

  /** Hands a signal to the cluster, which says whether it is on its way. */
  #transmit(signal: Omit<CommandPayload<'signal'>, 'roomId'>): Promise<void> {
    const { roomId, send } = this.#options;
    return send({ command: 'signal', payload: { roomId, ...signal }, take: () => undefined });
  }
}
