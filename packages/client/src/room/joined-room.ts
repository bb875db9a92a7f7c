import type {
  CommandPayload,
  EventPayload,
  Incarnation,
  JsonValue,
  MediaState,
  Participant,
  PeerId,
  RoomId,
  RoomSnapshot,
  RoomStatus,
  SignalKind,
} from '@switchboard/protocol';
import { PeerStreams } from '../delivery/peer-streams.ts';
import { Emitter, type Handler } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import { EarlySignals } from './early-signals.ts';
import { emitDifference } from './emit-difference.ts';
import { isConnectionLoss, type Joined, joinPayload, rejoin, type Send } from './join.ts';
import { OwnPart } from './own-part.ts';
import { Reappearance } from './reappearance.ts';
import type { JoinOptions, Room, RoomEnd, RoomEvents } from './room.ts';
import { type RoomDifference, RoomState } from './room-state.ts';

export interface JoinedRoomDependencies {
  readonly send: Send;
  /** Tells the cluster, now or when it can be told, that the room has been left. */
  readonly depart: (room: JoinedRoom) => Promise<void>;
  /** This page load's instance. */
  readonly instance: string;
}

/** A room from the inside: its public face, and what the cluster's events do to it. */
export class JoinedRoom implements Room {
  readonly id: RoomId;
  readonly #events = new Emitter<RoomEvents>();
  readonly #signals = new EarlySignals((signal) => this.#events.emit('signal', signal));
  readonly #streams: PeerStreams;
  readonly #dependencies: JoinedRoomDependencies;
  readonly #options: JoinOptions;
  readonly #room: RoomState;
  readonly #own: OwnPart;
  #state: Room['state'] = 'joined';
  #rejoining = new AbortController();
  readonly #reappearance = new Reappearance(() => this.#tell(this.#room.dropMissing()));

  constructor(dependencies: JoinedRoomDependencies, options: JoinOptions, joined: Joined) {
    this.#dependencies = dependencies;
    this.#streams = new PeerStreams({
      own: dependencies.instance,
      transmit: (to, signal) => this.#transmit({ to, ...signal }),
      deliver: (from, kind, data) => this.#signals.push({ from, kind, data }),
      onFull: (to) => this.#events.emit('queueFull', { to }),
    });
    this.#options = options;
    this.id = joined.room.roomId;
    this.#room = new RoomState(joined.room);
    this.#own = new OwnPart(joined);
  }

  get state(): Room['state'] {
    return this.#state;
  }

  get incarnation(): Incarnation {
    return this.#room.incarnation;
  }

  get rev(): number {
    return this.#room.rev;
  }

  get capacity(): number {
    return this.#room.capacity;
  }

  get status(): RoomStatus {
    return this.#room.status;
  }

  get startedAt(): number | null {
    return this.#room.startedAt;
  }

  get participants(): ReadonlyMap<PeerId, Participant> {
    return this.#room.participants;
  }

  get self(): Participant {
    return this.#own.asParticipant(this.#room.participants.get(this.#own.peerId));
  }

  get others(): readonly Participant[] {
    const everybody = [...this.#room.participants.values()];
    return everybody.filter(({ peerId }) => !this.#own.isOneself(peerId));
  }

  on<K extends keyof RoomEvents>(event: K, handler: Handler<RoomEvents[K]>): () => void {
    if (event === 'signal') this.#signals.open();
    return this.#events.on(event, handler);
  }

  once<K extends keyof RoomEvents>(event: K, handler: Handler<RoomEvents[K]>): () => void {
    if (event === 'signal') this.#signals.open();
    return this.#events.once(event, handler);
  }

  async leave(): Promise<void> {
    if (this.#state === 'left') return;
    // The room is let go of first: what it still hears is nobody's business any more.
    const told = this.#dependencies.depart(this);
    this.end({ reason: 'left' });
    await told;
  }

  async setMedia(media: Partial<MediaState>): Promise<MediaState> {
    if (this.#state === 'left') throw SwitchboardError.local('closed');
    if (this.#state === 'joined') {
      try {
        return await this.#announce(media);
      } catch (error) {
        if (!(error instanceof SwitchboardError && isConnectionLoss(error))) throw error;
      }
    }
    this.#own.want(media);
    return this.#own.media;
  }

  async sendSignal(to: PeerId, kind: SignalKind, data: JsonValue): Promise<void> {
    if (this.#state === 'left') throw SwitchboardError.local('closed');
    const other = this.#room.participants.get(to);
    const stream = other ? this.#streams.with(other) : null;
    await (stream ? stream.send(kind, data) : this.#transmit({ to, kind, data }));
  }

  hearJoined(event: EventPayload<'participant:joined'>): void {
    this.#tell(this.#room.joined(event));
  }

  hearLeft(event: EventPayload<'participant:left'>): void {
    this.#signals.forget(event.peerId);
    this.#tell(this.#room.left(event));
  }

  hearUpdated(event: EventPayload<'participant:updated'>): void {
    this.#tell(this.#room.updated(event));
  }

  hearReconnecting(event: EventPayload<'participant:reconnecting'>): void {
    this.#tell(this.#room.reconnecting(event));
  }

  hearReconnected(event: EventPayload<'participant:reconnected'>): void {
    this.#tell(this.#room.reconnected(event));
  }

  hearStarted(event: EventPayload<'room:started'>): void {
    const { startedAt } = event;
    if (this.#room.started(event)) this.#events.emit('started', { startedAt });
  }

  hearEnded({ by }: EventPayload<'room:ended'>): void {
    this.#room.ended();
    this.end({ reason: 'ended', ...(by !== undefined && { by }) });
  }

  hearState(snapshot: RoomSnapshot): void {
    const wasWaiting = this.status === 'waiting';
    const differences = this.#room.replace(snapshot, true);
    if (wasWaiting && this.startedAt !== null) {
      this.#events.emit('started', { startedAt: this.startedAt });
    }
    this.#tell(differences);
    this.#reappearance.wait(this.#room.hasMissing);
  }

  hearSignal({ from, kind, data, delivery }: EventPayload<'signal'>): void {
    const sender = this.#room.participants.get(from);
    if (!delivery) this.#signals.push({ from, kind, data });
    else if (sender) this.#streams.receive(sender, { kind, data, delivery });
  }

  hearSignalFailed({ to, error }: EventPayload<'signal:failed'>): void {
    this.#events.emit('signalFailed', { to, error });
  }

  /** The connection is gone; what is known stays as it is. */
  suspend(): void {
    this.#rejoining.abort();
    if (this.#state === 'joined') this.#state = 'rejoining';
  }

  /** The session goes on: the cluster still has it in the room, and will say what has changed. */
  resume(): void {
    if (this.#state !== 'rejoining') return;
    this.#state = 'joined';
    this.#events.emit('rejoined', { self: this.self, previousPeerId: this.#own.peerId });
    this.#streams.resendAll();
    this.#catchUp();
  }

  /**
   * There is a new session: enters the room again.
   *
   * @returns the reason if this client is not let in again.
   */
  async rejoin(): Promise<SwitchboardError | null> {
    this.suspend();
    this.#rejoining = new AbortController();
    const { send, instance } = this.#dependencies;
    const options = { ...this.#options, media: this.#own.media, instance };
    const outcome = await rejoin({
      send,
      // Not in the place of another session with which this user may have come in meanwhile.
      payload: { ...joinPayload(this.id, options), rejoin: this.#own.peerId },
      take: (joined) => this.#comeBack(joined),
      signal: this.#rejoining.signal,
    });
    return outcome.kind === 'refused' ? outcome.error : null;
  }

  /** The room is no longer this client's; nothing happens to it any more. */
  end(end: RoomEnd): void {
    if (this.#state === 'left') return;
    this.#state = 'left';
    this.#rejoining.abort();
    this.#reappearance.stop();
    this.#streams.close();
    this.#events.emit('left', end);
  }

  #comeBack(joined: Joined): void {
    const previousPeerId = this.#own.peerId;
    this.#own.comeBack(joined);
    this.#state = 'joined';
    // To the others this is somebody new, with whom they begin anew.
    this.#streams.close();
    const differences = this.#room.replace(joined.room, false);
    this.#events.emit('rejoined', { self: this.self, previousPeerId });
    this.#tell(differences);
    this.#catchUp();
  }

  /** Announces what was set while nobody could be told. */
  #catchUp(): void {
    if (this.#own.isBehind) this.#announce(this.#own.media).catch(() => undefined);
  }

  async #announce(media: Partial<MediaState>): Promise<MediaState> {
    return this.#dependencies.send({
      command: 'media:update',
      payload: { roomId: this.id, media },
      take: (result) => {
        this.#own.acknowledge(result.media);
        return result.media;
      },
    });
  }

  /** Hands a signal to the cluster, which says whether it is on its way. */
  async #transmit(signal: Omit<CommandPayload<'signal'>, 'roomId'>): Promise<void> {
    if (this.#state === 'rejoining') throw SwitchboardError.local('not_connected');
    const payload = { roomId: this.id, ...signal };
    await this.#dependencies.send({ command: 'signal', payload, take: () => undefined });
  }

  #tell(differences: readonly RoomDifference[]): void {
    for (const difference of differences) {
      const { peerId, connected } = difference.participant;
      if (this.#own.isOneself(peerId)) continue;
      if (difference.type === 'left') this.#streams.drop(peerId);
      if (difference.type === 'updated' && connected) this.#streams.resend(peerId);
      emitDifference(this.#events, difference);
    }
  }
}
