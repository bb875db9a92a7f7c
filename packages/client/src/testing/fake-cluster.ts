import type {
  Ack,
  CommandName,
  CommandPayload,
  CommandResult,
  ErrorBody,
  EventName,
  EventPayload,
} from '@switchboard/protocol';
import type { AckHandler, SocketPort } from '../connection/socket-port.ts';
import { Emitter, type Handler } from '../emitter.ts';

type Answers = {
  [K in CommandName]?: (payload: CommandPayload<K>) => Ack<CommandResult<K>>;
};

interface Reserved {
  connect: undefined;
  disconnect: string;
  connect_error: Error & { data?: unknown };
}
type Listened = { [K in EventName]: EventPayload<K> } & Reserved;

/**
 * A socket and the cluster behind it, played by a test: what it says and what it answers.
 * Answers are given at once, in the call that sends the command; a command without one stays
 * open until its time is over or the connection is lost.
 */
export class FakeCluster implements SocketPort {
  connected = false;
  active = false;
  /** Commands as they came in. */
  readonly received: [command: string, payload: unknown][] = [];
  readonly answers: Answers = {};
  readonly io = {
    engine: { id: 'n1.fake', close: () => this.drop() },
    reconnectionDelay: (ms: number) => {
      this.delayMs = ms;
    },
  };
  /** How long Socket.IO would wait now before another attempt. */
  delayMs = 0;
  connects = 0;
  readonly #open = new Set<(error: Error) => void>();
  #events = new Emitter<Listened>();

  on<K extends keyof Listened>(event: K, handler: Handler<Listened[K]>): void {
    this.#events.on(event, handler);
  }

  off(): void {
    this.#events = new Emitter();
  }

  connect(): void {
    this.active = true;
    this.connects += 1;
  }

  disconnect(): void {
    this.active = false;
    this.connected = false;
  }

  timeout(ms: number) {
    return {
      emit: <K extends CommandName>(command: K, payload: CommandPayload<K>, ack: AckHandler<K>) => {
        this.received.push([command, payload]);
        const answer = this.answers[command]?.(payload);
        if (answer) ack(null, answer);
        else this.#leaveOpen(ms, (error) => ack(error, refused('internal', false)));
      },
    };
  }

  say<K extends keyof Listened>(event: K, payload: Listened[K]): void {
    this.#events.emit(event, payload);
  }

  /** A connection comes about, and its node says hello. */
  welcome(peerId: EventPayload<'welcome'>['peerId'], resumed = false): void {
    this.connected = true;
    this.say('connect', undefined);
    this.say('welcome', { peerId, resumed, capabilities: [] });
  }

  /** The transport is lost; Socket.IO will try again. */
  drop(): void {
    this.connected = false;
    this.say('disconnect', 'transport close');
    for (const fail of this.#open) fail(new Error('socket has been disconnected'));
    this.#open.clear();
  }

  /** The cluster takes its leave; Socket.IO will not try again. */
  goodbye(): void {
    this.active = false;
    this.connected = false;
    this.say('disconnect', 'io server disconnect');
  }

  /** The handshake is refused with what a middleware of the node says. */
  refuse(data: unknown): void {
    this.active = false;
    this.say('connect_error', Object.assign(new Error('refused'), { data }));
  }

  #leaveOpen(ms: number, fail: (error: Error) => void): void {
    this.#open.add(fail);
    setTimeout(() => {
      if (this.#open.delete(fail)) fail(new Error('operation has timed out'));
    }, ms);
  }
}

export const refused = (code: ErrorBody['code'], retryable: boolean) =>
  ({ ok: false, error: { code, message: code, retryable } }) as const;
