import {
  type CommandName,
  type CommandPayload,
  type CommandResult,
  type EventName,
  type EventPayload,
  findJsonFault,
  limits,
  RoomId,
  type RoomSnapshot,
  SignalingError,
} from '@switchboard/protocol';
import type { Dialect, Link, TranslatorPort } from './dialect.ts';
import { receive } from './first-offer.ts';
import { Roster } from './roster.ts';

/** Events of one client that may wait for an earlier one. */
const inboxCapacity = 256;

/** No client of any dialect listens to it; what it ends in, they all keep. */
const rosterEvent = 'rooms';

const bounds = { bytes: limits.signalBytes, depth: limits.jsonDepth };

/** One client of an older protocol, between its socket and the canonical protocol. */
export class Translator {
  readonly #dialect: Dialect;
  readonly #port: TranslatorPort;
  readonly #roster: Roster;
  readonly #link: Link;
  /** Which version of the rooms the client has to bring along. */
  #notedVersion = 0;
  /** The end of what is being worked on; absent when nothing is. */
  #tail: Promise<void> | undefined;
  #waiting = 0;
  /** Of rooms whose earlier messages are being read. */
  readonly #heldMessages = new Map<RoomId, EventPayload<'chat:message'>[]>();

  /** @param recalled what a client that has come back brings along; see `Roster`. */
  constructor(dialect: Dialect, port: TranslatorPort, recalled: string | null = null) {
    this.#dialect = dialect;
    this.#port = port;
    this.#roster = new Roster(recalled);
    this.#link = {
      peerId: port.peerId,
      rooms: this.#roster.rooms,
      get directory() {
        return port.directory;
      },
      users: port.users,
      identity: () => port.identity(),
      execute: (name, payload, onResult) => this.#execute(name, payload, onResult),
      emit: (event, ...args) => this.#emit(event, args),
    };
  }

  /** Does what is done for every connection. If that fails, it is only left undone. */
  begin(): void {
    const beginning = this.#dialect.begin?.(this.#link);
    if (!beginning) return;
    this.#tail = beginning.catch((cause: unknown) => {
      this.#port.onRefused('connect', asSignalingError(cause));
    });
    this.#settle();
  }

  /** Takes one event of the client, after those before it. */
  receive(event: string, args: readonly unknown[]): void {
    if (!this.#tail) {
      this.#run(event, args);
      return;
    }
    if (this.#waiting >= inboxCapacity) {
      this.refuse(event, new SignalingError('rate_limited'));
      return;
    }
    this.#waiting += 1;
    this.#tail = this.#tail.then(() => {
      this.#waiting -= 1;
      return this.#take(event, args);
    });
    this.#settle();
  }

  /** A canonical event for this client. */
  tell<K extends EventName>(name: K, payload: EventPayload<K>): void {
    if (name === 'room:state') {
      const differences = this.#roster.compare(payload as EventPayload<'room:state'>);
      for (const [each, difference] of differences) this.tell(each, difference);
      void this.#catchUp(payload as EventPayload<'room:state'>);
      void this.#showAnnotations(payload as EventPayload<'room:state'>);
      return;
    }
    if (name === 'chat:message') {
      this.#hear(payload as EventPayload<'chat:message'>);
      return;
    }
    this.#roster.before[name]?.(payload);
    const following = this.#dialect.encode[name]?.(this.#link, payload);
    following?.catch((cause: unknown) => this.#port.onRefused(name, asSignalingError(cause)));
    this.#roster.after[name]?.(payload);
  }

  /** A message that comes while earlier ones are being read has to wait for those. */
  #hear(payload: EventPayload<'chat:message'>): void {
    const held = this.#heldMessages.get(payload.roomId);
    if (held) held.push(payload);
    else if (this.#roster.takeMessage(payload.roomId, payload.message)) this.#tellMessage(payload);
  }

  /** Reads what was said in a room while nobody could tell the client. */
  async #catchUp(room: RoomSnapshot): Promise<void> {
    const { roomId, incarnation, rev } = room;
    if (!this.#dialect.encode['chat:message']) return;
    if (this.#heldMessages.has(roomId) || !this.#roster.hasMissed(room)) return;
    const held: EventPayload<'chat:message'>[] = [];
    this.#heldMessages.set(roomId, held);
    try {
      await this.#port.execute('chat:history', { roomId }, ({ messages }) => {
        for (const message of this.#roster.catchUp(room, messages)) {
          this.#tellMessage({ roomId, incarnation, rev, message });
        }
      });
    } catch (error) {
      this.#port.onRefused('chat:history', asSignalingError(error));
    }
    this.#heldMessages.delete(roomId);
    for (const each of held) this.#hear(each);
  }

  /** All that there are: which of them the client has been told nobody knows, and each has its id. */
  async #showAnnotations({ roomId, incarnation, rev, annotations }: RoomSnapshot): Promise<void> {
    const encode = this.#dialect.encode['annotation:changed'];
    if (!encode || annotations === 0) return;
    try {
      await this.#port.execute('annotation:list', { roomId }, ({ annotations: all }) => {
        for (const annotation of all) {
          if (annotation.by === this.#port.peerId) continue;
          void encode(this.#link, { roomId, incarnation, rev, annotation });
        }
      });
    } catch (error) {
      this.#port.onRefused('annotation:list', asSignalingError(error));
    }
  }

  #tellMessage(payload: EventPayload<'chat:message'>): void {
    this.#dialect.encode['chat:message']?.(this.#link, payload);
  }

  #run(event: string, args: readonly unknown[]): void {
    const working = this.#take(event, args);
    if (!working) return;
    this.#tail = working;
    this.#settle();
  }

  /** Forgets the end of the line once it has been reached. */
  #settle(): void {
    const tail = this.#tail;
    tail?.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
  }

  /** Never throws and never rejects: what is refused, the client is told. */
  #take(event: string, args: readonly unknown[]): void | Promise<void> {
    try {
      // An old server knows nothing of acknowledgements, and so no client waits for one.
      const payloads = args.filter((arg) => typeof arg !== 'function');
      const decode = Object.hasOwn(this.#dialect.decode, event) && this.#dialect.decode[event];
      if (!decode) throw new SignalingError('unknown_command');
      const fault = findJsonFault(payloads, bounds);
      if (fault) {
        const code = fault.kind === 'too_large' ? 'payload_too_large' : 'invalid_argument';
        throw new SignalingError(code, { path: fault.path });
      }
      return decode(this.#link, payloads)?.catch((error: unknown) => this.refuse(event, error));
    } catch (error) {
      this.refuse(event, error);
    }
  }

  #execute<K extends CommandName>(
    name: K,
    payload: CommandPayload<K>,
    onResult?: (result: CommandResult<K>) => void,
  ): void | Promise<void> {
    if (name === 'room:join') return this.#join(payload as Join, onResult as OnJoined);
    return this.#port.execute(name, payload, (result) => {
      if (name === 'chat:send') {
        const { roomId } = payload as CommandPayload<'chat:send'>;
        const { message } = result as CommandResult<'chat:send'>;
        // It may have been read already, with others that the client had missed.
        if (!this.#roster.takeMessage(RoomId.parse(roomId), message)) return;
      }
      onResult?.(result);
      // Whoever leaves may still be asked for in `onResult`.
      if (name === 'room:leave') {
        this.#roster.leave(RoomId.parse((payload as CommandPayload<'room:leave'>).roomId));
      }
    });
  }

  /** Enters a room, and meets those who are there: see `first-offer.ts`. */
  #join(payload: Join, onResult?: OnJoined): void | Promise<void> {
    const { firstOffer } = this.#dialect;
    const join = firstOffer === 'present' ? payload : { ...payload, firstOffer };
    return this.#port.execute('room:join', join, ({ peerId, room }) => {
      const { roomId, incarnation, rev } = room;
      const known = this.#roster.rooms.get(roomId) ?? new Map();
      const { found, later } = receive(room, { peerId, known });
      this.#roster.enter(found);
      onResult?.({ peerId, room: found });
      // Of a join that its dialect does not answer, the client is to bring along all the same.
      if (this.#roster.version !== this.#notedVersion) this.#emit(rosterEvent, []);
      for (const participant of later) {
        this.tell('participant:joined', { roomId, incarnation, rev, participant });
      }
    });
  }

  /** Tells the client, in its own words, that something was refused. */
  refuse(event: string, cause: unknown): void {
    const error = asSignalingError(cause);
    this.#dialect.refuse(this.#link, { event, error });
    this.#port.onRefused(event, error);
  }

  /**
   * Socket.IO's clients keep the last argument of an event, if it is a text, and send it when they
   * come back: the rooms as they have been told of them travel so, whenever they have changed.
   */
  #emit(event: string, args: readonly unknown[]): void {
    const { version } = this.#roster;
    const hasNews = version !== this.#notedVersion;
    this.#notedVersion = version;
    this.#port.emit(event, args, hasNews ? this.#roster.format() : undefined);
  }
}

type Join = CommandPayload<'room:join'>;
type OnJoined = (result: CommandResult<'room:join'>) => void;

/** Anything that is no refusal is a bug of ours. */
const asSignalingError = (cause: unknown): SignalingError =>
  cause instanceof SignalingError ? cause : new SignalingError('internal', { cause });
