import type { JsonValue, SignalKind } from '@switchboard/protocol';
import { backoffMs } from '../backoff.ts';
import { SwitchboardError } from '../errors.ts';
import { Negotiation } from './negotiation.ts';
import { Receivers, type RemoteTrack } from './receivers.ts';
import type { PeerConnectionPort } from './rtc.ts';
import { Senders } from './senders.ts';
import { SerialQueue } from './serial-queue.ts';
import {
  type DescriptionData,
  decodeCandidate,
  decodeDescription,
  encodeCandidate,
  encodeDescription,
} from './signal-data.ts';
import type { LocalStreams, RemoteStreams } from './streams.ts';
import type { TrackSource } from './track-source.ts';

export interface PeerLinkContext {
  readonly connection: PeerConnectionPort;
  /** By which the other side sees what of this one belongs together. */
  readonly localStreams: LocalStreams;
  /** Empty ones, to be filled with what is received. */
  readonly remoteStreams: RemoteStreams;
  readonly isPolite: () => boolean;
  /** Whether the first offer is this side's (SPEC 4.7). */
  readonly begins: () => boolean;
  /** What the first offer has places for. */
  readonly places: readonly TrackSource[];
  /** See `IceSetup.supply`. @throws SwitchboardError */
  readonly supply: (options: { readonly anew: boolean }) => Promise<void>;
  /** @throws SwitchboardError */
  readonly sendSignal: (kind: SignalKind, data: JsonValue) => Promise<void>;
}

export interface PeerLinkListener {
  onTrack(remote: RemoteTrack): void;
  onTrackRemoved(remote: RemoteTrack): void;
  onStateChanged(state: RTCPeerConnectionState): void;
  /** Something that should not happen; the link goes on as well as it can. */
  onFault(error: unknown): void;
}

/** Attempts to repair a negotiation before the link waits for something new to happen. */
const retries = { most: 6, baseMs: 500, maxMs: 8_000 } as const;

/** How long the side that does not begin waits for the other's first offer, in ms. */
const firstOfferMs = 2_000;

/** How long the polite side waits for the other to restart a failed connection, in ms. */
const restartMs = 5_000;

/** The peer connection with one other participant, and the signals that keep it up. */
export class PeerLink {
  readonly #connection: PeerConnectionPort;
  readonly #context: PeerLinkContext;
  readonly #listener: PeerLinkListener;
  readonly #negotiation: Negotiation<DescriptionData>;
  readonly #senders: Senders;
  readonly #receivers: Receivers;
  readonly #signals: SerialQueue;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(context: PeerLinkContext, listener: PeerLinkListener) {
    const { connection, isPolite } = context;
    this.#context = context;
    this.#connection = connection;
    this.#listener = listener;
    this.#senders = new Senders(connection, context.localStreams);
    this.#receivers = new Receivers(context.remoteStreams, listener);
    this.#signals = new SerialQueue((error) => listener.onFault(error));
    this.#negotiation = new Negotiation<DescriptionData>({
      connection,
      isPolite,
      beforeAnswer: async ({ sources }) => {
        // Of a connection that was there before, the other side looks for new ways.
        if (isBroken(connection.connectionState)) await this.#supply({ anew: false });
        this.#senders.adopt(sources);
        await this.#open();
      },
      send: (description) => {
        const data = encodeDescription({ ...description, sources: this.#senders.sources() });
        this.#send(description.type, data);
      },
    });
    this.#observe();
    // What the other side says meanwhile is dealt with afterwards.
    this.#signals.add(() => this.#begin());
  }

  get state(): RTCPeerConnectionState {
    return this.#isClosed ? 'closed' : this.#connection.connectionState;
  }

  get streams(): RemoteStreams {
    return this.#receivers.streams;
  }

  /** Sends a track of that source, or another one in its place, or none. */
  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    this.#senders.set(source, track).catch((error: unknown) => this.#fault(error));
  }

  /** Takes in a signal of the other side; one is dealt with wholly before the next. */
  receive(kind: SignalKind, data: JsonValue): void {
    switch (kind) {
      case 'offer':
      case 'answer': {
        const description = decodeDescription(data);
        if (description?.type !== kind) this.#refuse(kind);
        else this.#signals.add(() => this.#receiveDescription(description));
        return;
      }
      case 'candidate': {
        const candidate = decodeCandidate(data);
        if (candidate === undefined) this.#refuse(kind);
        else this.#signals.add(() => this.#negotiation.receiveCandidate(candidate));
        return;
      }
      case 'custom':
    }
  }

  /**
   * A signal of this side may have been lost: repairs the negotiation in a while.
   *
   * @param afterMs in ms; at least so long, but longer and longer while nothing helps.
   */
  scheduleRetry(afterMs = 0): void {
    if (this.#isClosed || this.#retryTimer !== undefined || this.#failures >= retries.most) return;
    const ms = Math.max(afterMs, backoffMs(this.#failures, retries));
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#repair();
    }, ms);
  }

  /** There is a way for signals again, after there was none. */
  revive(): void {
    this.#failures = 0;
    this.#repair();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of [this.#retryTimer, this.#restartTimer, this.#patience]) clearTimeout(timer);
    this.#signals.close();
    this.#connection.close();
    this.#receivers.close();
    this.#listener.onStateChanged('closed');
  }

  /**
   * The first offer is left to one side: otherwise both, who have something to send from the
   * start, would begin, and every call would begin with a collision. Perfect negotiation would
   * decide it, for an offer more; but where the two offers differ in their sections, Chromium (148
   * to 156) then numbers RTP header extensions twice, and refuses its own next offer. After the
   * first offer either side begins whenever it wants to, or when none comes: the other may not be
   * this SDK, and may have nothing to send.
   */
  async #begin(): Promise<void> {
    await this.#supply({ anew: false });
    if (this.#isClosed) return;
    const open = () => {
      this.#open().catch((error: unknown) => this.#fault(error));
    };
    if (!this.#context.begins()) {
      this.#patience = setTimeout(open, firstOfferMs);
      return;
    }
    this.#senders.makePlaces(this.#context.places);
    open();
    // Before an offer of the other side is looked at, which would bring places of its own.
    await this.#negotiation.negotiate();
  }

  /**
   * Finds new ways for the media. Both sides see a failure at the same time; the polite one leaves
   * it to the other for a while, so that their offers do not collide.
   */
  #restart(): void {
    clearTimeout(this.#restartTimer);
    const ms = this.#context.isPolite() ? restartMs : 0;
    this.#restartTimer = setTimeout(() => void this.#restartIce(), ms);
  }

  async #restartIce(): Promise<void> {
    const isNeeded = () => !this.#isClosed && this.#connection.connectionState !== 'connected';
    if (!isNeeded()) return;
    await this.#supply({ anew: true });
    if (isNeeded()) this.#connection.restartIce();
  }

  /** Without other servers it goes on with those that it has, and asks at the next restart. */
  async #supply(options: { readonly anew: boolean }): Promise<void> {
    try {
      await this.#context.supply(options);
    } catch (error) {
      if (!(error instanceof SwitchboardError && error.retryable)) this.#fault(error);
    }
  }

  async #open(): Promise<void> {
    clearTimeout(this.#patience);
    await this.#senders.open();
  }

  #repair(): void {
    const isOutstanding = this.#negotiation.sendAgain();
    if (!isOutstanding && this.#connection.localDescription) this.#restart();
  }

  #observe(): void {
    const connection = this.#connection;
    connection.addEventListener('negotiationneeded', () => {
      this.#negotiation.negotiate().catch((error: unknown) => this.#fault(error));
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      this.#send('candidate', encodeCandidate(candidate?.toJSON() ?? null));
    });
    connection.addEventListener('connectionstatechange', () => {
      if (this.#isClosed) return;
      const state = connection.connectionState;
      if (state === 'connected') this.#failures = 0;
      if (state === 'failed') this.#restart();
      this.#listener.onStateChanged(state);
    });
  }

  async #receiveDescription(description: DescriptionData): Promise<void> {
    if (!(await this.#negotiation.receive(description)) || this.#isClosed) return;
    // A side that does not say what its places are for has taken them for what this one said.
    const sources = new Map([...this.#senders.sources(), ...description.sources]);
    this.#receivers.update(this.#connection.getTransceivers(), sources);
  }

  #send(kind: SignalKind, data: JsonValue): void {
    if (this.#isClosed) return;
    this.#context.sendSignal(kind, data).catch((error: unknown) => {
      if (error instanceof SwitchboardError && error.retryable) {
        this.scheduleRetry(error.retryAfterMs);
      } else this.#fault(error);
    });
  }

  #refuse(kind: SignalKind): void {
    this.#fault(new TypeError(`the other side sent something that is not a WebRTC ${kind}`));
  }

  /** What is cut off by closing is no fault. */
  #fault(error: unknown): void {
    if (!this.#isClosed) this.#listener.onFault(error);
  }
}

const isBroken = (state: RTCPeerConnectionState): boolean =>
  state === 'disconnected' || state === 'failed';
