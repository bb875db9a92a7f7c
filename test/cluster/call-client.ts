import {
  type Ack,
  type Call,
  type CommandName,
  type CommandResult,
  namespace,
  type PresenceStatus,
} from '@switchboard/protocol';
import { Recorder } from '@switchboard/testkit/contracts';
import { io, type Socket } from 'socket.io-client';

const patienceMs = 10_000;

/** A node, or what stands before all of them and shows a certificate. */
interface Place {
  readonly url: string;
  readonly certificate?: string | undefined;
}

interface Presence {
  readonly userId: string;
  readonly status: PresenceStatus;
}

/** A session of a user, with what it is told of calls and of users. It comes back when it is cut. */
export class CallClient implements Disposable {
  readonly socket: Socket;
  readonly userId: string;
  readonly calls = new Recorder<Call>();
  readonly presences = new Recorder<Presence>();
  /** Whether each connection so far was the session of before. */
  readonly welcomes = new Recorder<{ readonly peerId: string; readonly resumed: boolean }>();

  /** @param userId null of nobody in particular. */
  static async connect(place: Place, userId: string | null) {
    const client = new CallClient(place, userId ?? '');
    await client.welcomes.first(() => true, 'a welcome');
    if (userId !== null) await client.must('session:identify', { userId });
    return client;
  }

  private constructor({ url, certificate }: Place, userId: string) {
    this.userId = userId;
    this.socket = io(`${url}${namespace}`, {
      ...{ transports: ['websocket'], forceNew: true },
      ...{ reconnectionDelay: 50, reconnectionDelayMax: 100 },
      ...(certificate !== undefined && { ca: certificate }),
    });
    this.socket.on('welcome', this.welcomes.record);
    this.socket.on('call:changed', ({ call }: { call: Call }) => this.calls.record(call));
    this.socket.on('presence:changed', this.presences.record);
  }

  get peerId(): string {
    return this.welcomes.seen[0]?.peerId ?? '';
  }

  /** The name of the node that it is connected to. */
  get node(): string {
    return this.socket.io.engine.id.split('.')[0] as string;
  }

  send<K extends CommandName>(name: K, payload: unknown): Promise<Ack<CommandResult<K>>> {
    return this.socket.timeout(patienceMs).emitWithAck(name, payload);
  }

  /** Sends a command that has to succeed. */
  async must<K extends CommandName>(name: K, payload: unknown): Promise<CommandResult<K>> {
    const answer = await this.send(name, payload);
    if (answer.ok) return answer;
    throw new Error(`${name} was refused: ${answer.error.code}, ${answer.error.message}`);
  }

  /** The refusal of a command that has to be refused. */
  async refusal(name: CommandName, payload: unknown) {
    const answer = await this.send(name, payload);
    if (answer.ok) throw new Error(`${name} was carried out`);
    return answer.error;
  }

  /** A call in a state, as soon as it is told of. */
  told(callId: string, state: Call['state'], timeoutMs?: number): Promise<Call> {
    const isIt = (call: Call) => call.callId === callId && call.state === state;
    return this.calls.first(isIt, `${callId} to be ${state}`, timeoutMs);
  }

  /** A user in a state, as soon as it is told of. */
  sees(userId: string, status: PresenceStatus, timeoutMs?: number): Promise<Presence> {
    const isIt = (each: Presence) => each.userId === userId && each.status === status;
    return this.presences.first(isIt, `${userId} to be ${status}`, timeoutMs);
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
