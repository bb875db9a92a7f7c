import type {
  Call,
  CallId,
  CallState,
  CommandPayload,
  CommandResult,
  EventPayload,
} from '@switchboard/protocol';
import type { SocketPort } from '../connection/socket-port.ts';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import { persist } from '../persist.ts';
import { randomId } from '../random-id.ts';
import type { Send } from '../room/join.ts';
import type { JoinOptions, Room } from '../room/room.ts';

export interface CallsEvents {
  /** Somebody calls this client's user: it rings on all of their devices. */
  incoming: Call;
  /**
   * A call of this client's user is as it was not before, whoever has changed it, also by this
   * client. `accepted` with a `to.peerId` that is not one's own: answered on another device.
   */
  changed: Call;
  /**
   * This client has come back as somebody new, and its part in the call is over, or it has not been
   * told what became of it. If it goes on, `incoming` or `changed` follows.
   */
  lost: Call;
}

export type InviteOptions = Omit<CommandPayload<'call:invite'>, 'callId' | 'to'>;

/** The calls of this client's user, with all their devices. */
export interface Calls extends Subscribable<CallsEvents> {
  /** Those that ring or go on. */
  readonly live: readonly Call[];
  /**
   * Calls a user. Lost connections and answers are waited out for ten seconds, and it is one call
   * whatever happens. The answer may also be one that is `busy`, or that the other one had just
   * begun and which is `accepted` now.
   *
   * @throws SwitchboardError
   */
  invite(to: string, options?: InviteOptions): Promise<Call>;
  /** @throws SwitchboardError `call_state` when it is too late, `call_not_found` */
  accept(call: CallRef): Promise<Call>;
  /** @throws SwitchboardError `call_state`, `call_not_found` */
  reject(call: CallRef): Promise<Call>;
  /** Of a call that one has made and that rings. @throws SwitchboardError as `reject` */
  cancel(call: CallRef): Promise<Call>;
  /** Of an accepted call. @throws SwitchboardError as `reject` */
  end(call: CallRef): Promise<Call>;
  /** Enters the room in which an accepted call takes place. @throws SwitchboardError as `join` */
  join(call: Pick<Call, 'roomId'>, options?: JoinOptions): Promise<Room>;
}

/** A call, or its id. */
export type CallRef = Pick<Call, 'callId'>;

export interface CallsDependencies {
  readonly send: Send;
  readonly join: (roomId: string, options: JoinOptions) => Promise<Room>;
  /** Who this client's user is; null while that is not known. */
  readonly userId: () => string | null;
}

type Change = 'call:accept' | 'call:reject' | 'call:cancel' | 'call:end';

/** How long a command that may be repeated is repeated, in ms. */
const patienceMs = 10_000;
/** Calls that are over and may yet be told of late. */
const remembered = 100;

export class UserCalls implements Calls {
  readonly #dependencies: CallsDependencies;
  readonly #events = new Emitter<CallsEvents>();
  readonly #calls = new Map<CallId, Call>();
  #session = new AbortController();

  constructor(dependencies: CallsDependencies) {
    this.#dependencies = dependencies;
  }

  get live(): readonly Call[] {
    return [...this.#calls.values()].filter(({ state }) => isLive(state));
  }

  on<K extends keyof CallsEvents>(event: K, handler: Handler<CallsEvents[K]>): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof CallsEvents>(event: K, handler: Handler<CallsEvents[K]>): () => void {
    return this.#events.once(event, handler);
  }

  invite(to: string, options: InviteOptions = {}): Promise<Call> {
    const { send } = this.#dependencies;
    const payload = { ...options, callId: randomId(), to };
    return this.#persist(() => send({ command: 'call:invite', payload, take: this.#take }));
  }

  accept(call: CallRef): Promise<Call> {
    return this.#change('call:accept', call);
  }

  reject(call: CallRef): Promise<Call> {
    return this.#change('call:reject', call);
  }

  cancel(call: CallRef): Promise<Call> {
    return this.#change('call:cancel', call);
  }

  end(call: CallRef): Promise<Call> {
    return this.#change('call:end', call);
  }

  join({ roomId }: Pick<Call, 'roomId'>, options: JoinOptions = {}): Promise<Room> {
    return this.#dependencies.join(roomId, options);
  }

  listen(socket: SocketPort): void {
    socket.on('call:changed', ({ call }) => this.#learn(call));
  }

  /** Another session than before, another user, or none: nobody says what became of these calls. */
  beginAnew(): void {
    const { live } = this;
    this.#calls.clear();
    for (const call of live) this.#events.emit('lost', call);
  }

  /** There will be no connection any more. */
  close(): void {
    this.#session.abort();
    this.#session = new AbortController();
    this.beginAnew();
  }

  #change(command: Change, { callId }: CallRef): Promise<Call> {
    const { send } = this.#dependencies;
    return this.#persist(() => send({ command, payload: { callId }, take: this.#take }));
  }

  #persist(attempt: () => Promise<Call>): Promise<Call> {
    return persist(attempt, { signal: this.#session.signal, patienceMs });
  }

  readonly #take = ({ call }: CommandResult<Change>): Call => {
    this.#learn(call);
    // What was heard in between is newer than the answer.
    return this.#calls.get(call.callId) ?? call;
  };

  /** Events and answers come in any order, and more than once. */
  #learn(call: EventPayload<'call:changed'>['call']): void {
    const known = this.#calls.get(call.callId);
    if (known && known.rev >= call.rev) return;
    // As the latest, so that those that are over are forgotten in the order of their ends.
    this.#calls.delete(call.callId);
    this.#calls.set(call.callId, call);
    this.#forget();
    const isForUs = call.to.userId === this.#dependencies.userId();
    if (!known && call.state === 'ringing' && isForUs) this.#events.emit('incoming', call);
    this.#events.emit('changed', call);
  }

  #forget(): void {
    const over = [...this.#calls.values()].filter(({ state }) => !isLive(state));
    for (const { callId } of over.slice(0, -remembered)) this.#calls.delete(callId);
  }
}

const isLive = (state: CallState): boolean => state === 'ringing' || state === 'accepted';
