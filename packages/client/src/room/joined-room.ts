import type {
  CommandName,
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
import type { OutgoingCommand } from '../connection/send-command.ts';
import type { Annotations } from '../contents/annotations.ts';
import type { Chat } from '../contents/chat.ts';
import { RoomContents } from '../contents/room-contents.ts';
import type { Typing } from '../contents/typing.ts';
import { Emitter, type Handler } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import type { IceServers } from '../ice/ice-servers.ts';
import { emitDifference } from './emit-difference.ts';
import { isConnectionLoss, type Joined, joinPayload, rejoin, type Send } from './join.ts';
import { OwnPart } from './own-part.ts';
import { Reappearance } from './reappearance.ts';
import type { JoinOptions, Room, RoomEnd, RoomEvents } from './room.ts';
import { RoomSignals } from './room-signals.ts';
import { type RoomDifference, RoomState } from './room-state.ts';

export interface JoinedRoomDependencies {
  readonly send: Send;
  readonly ice: IceServers;
  /** Tells the cluster, now or when it can be told, that the room has been left. */
  readonly depart: (room: JoinedRoom) => Promise<void>;
  /** This page load's instance. */
  readonly instance: string;
}

/** A room from the inside: its public face, and what the cluster's events do to it. */
export class JoinedRoom implements Room {
  readonly id: RoomId;
  readonly #events = new Emitter<RoomEvents>();
  readonly #over = new AbortController();
  readonly #dependencies: JoinedRoomDependencies;
  readonly #options: JoinOptions;
  readonly #room: RoomState;
  readonly #own: OwnPart;
  readonly signals: RoomSignals;
  readonly contents: RoomContents;
  #state: Room['state'] = 'joined';
  #rejoining = new AbortController();
  readonly #reappearance = new Reappearance(() => this.#tell(this.#room.dropMissing()));

  constructor(dependencies: JoinedRoomDependencies, options: JoinOptions, joined: Joined) {
    this.#dependencies = dependencies;
    this.#options = options;
    this.id = joined.room.roomId;
    this.#room = new RoomState(joined.room);
    this.#own = new OwnPart(joined);
    const roomId = this.id;
    const send: Send = (outgoing) => this.#send(outgoing);
    this.signals = new RoomSignals({
      ...{ roomId, instance: dependencies.instance, events: this.#events, send },
      find: (peerId) => this.#room.participants.get(peerId),
    });
    const isOneself = (peerId: PeerId) => this.#own.isOneself(peerId);
    this.contents = new RoomContents(
      {
        link: { roomId, send, isOneself, over: this.#over.signal },
        advance: (change) => this.#room.advance(change),
      },
      joined.room,
    );
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

  get chat(): Chat {
    return this.contents.chat;
  }

  get typing(): Typing {
    return this.contents.typing;
  }

  get annotations(): Annotations {
    return this.contents.annotations;
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
    if (event === 'signal') this.signals.open();
    return this.#events.on(event, handler);
  }

  once<K extends keyof RoomEvents>(event: K, handler: Handler<RoomEvents[K]>): () => void {
    if (event === 'signal') this.signals.open();
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
    await this.signals.send(to, kind, data);
  }

  iceServers(options?: { readonly anew?: boolean }): Promise<readonly RTCIceServer[]> {
    return this.#dependencies.ice.get(options);
  }

  async relay(name: string, data: JsonValue): Promise<void> {
    const payload = { roomId: this.id, name, data };
    await this.#send({ command: 'room:relay', payload, take: () => undefined });
  }

  hearRelayed({ from, name, data }: EventPayload<'room:relayed'>): void {
    this.#events.emit('relayed', { from, name, data });
  }

  /** Participants have changed. */
  hear(change: (room: RoomState) => RoomDifference[]): void {
    this.#tell(change(this.#room));
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
    this.contents.catchUp(snapshot);
    this.#reappearance.wait(this.#room.hasMissing);
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
    this.signals.resendAll();
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
    this.#over.abort();
    this.contents.close();
    this.#rejoining.abort();
    this.#reappearance.stop();
    this.signals.close();
    this.#events.emit('left', end);
  }

  #comeBack(joined: Joined): void {
    const previousPeerId = this.#own.peerId;
    this.#own.comeBack(joined);
    this.#state = 'joined';
    // To the others this is somebody new, with whom they begin anew.
    this.signals.close();
    const differences = this.#room.replace(joined.room, false);
    this.#events.emit('rejoined', { self: this.self, previousPeerId });
    this.#tell(differences);
    this.contents.catchUp(joined.room);
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

  /** While the room is being entered again, the cluster would say that this client is not in it. */
  async #send<K extends CommandName, T>(outgoing: OutgoingCommand<K, T>): Promise<T> {
    if (this.#state === 'left') throw SwitchboardError.local('closed');
    if (this.#state === 'rejoining') throw SwitchboardError.local('not_connected');
    return this.#dependencies.send(outgoing);
  }

  #tell(differences: readonly RoomDifference[]): void {
    for (const difference of differences) {
      const { peerId, connected } = difference.participant;
      if (this.#own.isOneself(peerId)) continue;
      if (difference.type === 'left') this.signals.drop(peerId);
      if (difference.type === 'left' || !connected) this.contents.forget(peerId);
      if (difference.type === 'updated' && connected) this.signals.resend(peerId);
      emitDifference(this.#events, difference);
    }
  }
}
