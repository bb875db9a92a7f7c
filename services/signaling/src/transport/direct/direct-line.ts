import type { Socket as TcpSocket } from 'node:net';
import type { Flushable, Turns } from '../../turns.ts';
import type { ClientSocket } from '../socket-server.ts';
import { encodeFrames } from './frames.ts';
import type { PacketText, ParsedEvent } from './packet-text.ts';

/** What is written at once at most; more is not worth waiting for. UTF-16 code units. */
const mostPending = 64 * 1024;
/** How long a client may take to notice that nothing more comes, and to close its side. */
const lingerMs = 1_000;

/** Gets what Socket.IO's `onAny` would: the last argument of an event that is to be answered is
 * the function that does so. */
export type OnEvent = (name: string, args: unknown[]) => void;

/** What the lines of a node share. */
export interface DirectLineOptions {
  readonly text: PacketText;
  readonly turns: Turns;
}

/**
 * A short way between the core and a WebSocket, past the packets, buffers and events of Socket.IO
 * and Engine.IO, which cost more than everything that a signal needs. It carries the events of
 * a namespace and their answers. All else goes the long way as before, and so do these
 * whenever they cannot go directly: by polling, before the connection is complete, and while the
 * client does not read, so that what waits is counted in one place.
 */
export class DirectLine implements Flushable {
  readonly #socket: ClientSocket;
  readonly #turns: Turns;
  readonly #text: PacketText;
  #pending: string[] = [];
  #pendingLength = 0;
  #webSocket: WebSocketInternals | null = null;
  /** Nothing is sent any more; what comes in is still taken. */
  #isEnded = false;

  constructor(socket: ClientSocket, { text, turns }: DirectLineOptions) {
    this.#socket = socket;
    this.#turns = turns;
    this.#text = text;
    lines.set(socket, this);
  }

  /**
   * Gives every event that comes in, by whichever way. The short one is taken over now, or as soon
   * as the connection is a WebSocket.
   */
  listen(onEvent: OnEvent): void {
    const conn = this.#engine;
    this.#socket.onAny((name: string, ...args: unknown[]) => onEvent(name, args));
    // Whatever Engine.IO sends must not overtake what waits here.
    conn.on('packetCreate', () => this.flush());
    if (conn.transport.name === 'websocket') this.#takeOver(conn.transport, onEvent);
    else conn.once('upgrade', (transport) => this.#takeOver(transport, onEvent));
  }

  /** @returns false when it has to go the long way. */
  sendEvent(name: string, args: readonly unknown[]): boolean {
    if (!this.#isClear()) return false;
    this.#send(this.#text.event(name, args));
    return true;
  }

  /** Closes the transport behind what has been sent. The client reconnects by itself. */
  close(): void {
    this.flush();
    this.#socket.conn.close();
  }

  /** Whether `end` has been called, and could be done. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Closes the transport as well, but loses nothing that the client has sent by the time it
   * notices: of a WebSocket only this side is ended, behind what has been sent, and what the other
   * side has still under way is given on. Who uses the line gives it nothing more to send.
   */
  end(): void {
    if (this.#isEnded) return;
    const webSocket = this.#webSocket;
    this.flush();
    if (!webSocket || !this.#isClear()) {
      this.close();
      return;
    }
    this.#isEnded = true;
    // As by an orderly close: Engine.IO sends nothing behind it, its heartbeat neither.
    this.#engine.readyState = 'closing';
    // Not with a goodbye of the WebSocket: a client that has read one drops what it would send,
    // for as long as it takes to be answered.
    webSocket._socket.end();
    const timer = setTimeout(() => webSocket.terminate(), lingerMs);
    webSocket.on('close', () => clearTimeout(timer));
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const texts = this.#pending;
    this.#pending = [];
    this.#pendingLength = 0;
    if (this.#webSocket?.readyState === webSocketOpen) {
      this.#webSocket._socket.write(encodeFrames(texts));
    }
  }

  #takeOver(transport: TransportInternals, onEvent: OnEvent): void {
    const webSocket = transport.socket;
    const [longWay] = webSocket?.listeners('message') ?? [];
    // With an extension, frames are not as they are written here.
    if (!webSocket || !longWay || webSocket.extensions !== '') return;
    this.#webSocket = webSocket;
    webSocket.removeListener('message', longWay);
    webSocket.on('message', (bytes, isBinary) => {
      const event = isBinary || !this.#isListening ? null : this.#text.parseEvent(bytes);
      if (!event) return longWay(bytes, isBinary);
      if (event.id !== '') event.args.push(this.#answerTo(event));
      onEvent(event.name, event.args);
    });
  }

  #answerTo({ id }: ParsedEvent): (...args: readonly unknown[]) => void {
    let isAnswered = false;
    return (...args) => {
      if (isAnswered) return;
      isAnswered = true;
      if (this.#isClear()) this.#send(this.#text.answer(id, args));
      // Behind the end of this side Engine.IO sends nothing.
      else sendPacket(this.#socket, { type: answerPacket, id: Number(id), data: args });
    };
  }

  #send(text: string): void {
    this.#pendingLength += text.length;
    if (this.#pending.push(text) === 1) this.#turns.add(this);
    if (this.#pendingLength > mostPending) this.flush();
  }

  /** Whether nothing waits on the long way, or for the client to read. */
  #isClear(): boolean {
    const webSocket = this.#webSocket;
    if (webSocket?.readyState !== webSocketOpen || !this.#isOpen) return false;
    return this.#engine.writeBuffer.length === 0 && webSocket._socket.writableLength === 0;
  }

  get #isListening(): boolean {
    return this.#isOpen || (this.#isEnded && this.#socket.connected);
  }

  get #isOpen(): boolean {
    return this.#socket.connected && this.#engine.readyState === 'open';
  }

  get #engine(): EngineInternals {
    return this.#socket.conn as unknown as EngineInternals;
  }
}

/** By socket, because it is by its socket that everybody knows a connection. */
const lines = new WeakMap<ClientSocket, DirectLine>();

/** The direct line of a socket, if it has been given one. */
export const directLineOf = (socket: ClientSocket): DirectLine | undefined => lines.get(socket);

/** Sends a packet over this very connection, the long way. */
export function sendPacket(socket: ClientSocket, packet: Packet): void {
  (socket as unknown as { packet: (packet: Packet) => void }).packet(packet);
}

/** `PacketType.ACK` of socket.io-parser 4. */
const answerPacket = 3;

interface Packet {
  readonly type: number;
  readonly id?: number;
  readonly data: readonly unknown[];
}

/** `WebSocket.OPEN` of ws. */
const webSocketOpen = 1;

type OnMessage = (bytes: Buffer, isBinary: boolean) => void;

/** What ws 8 has, and its types hide. */
interface WebSocketInternals {
  readonly readyState: number;
  readonly extensions: string;
  readonly _socket: TcpSocket;
  listeners(event: 'message'): OnMessage[];
  on(event: 'message', listener: OnMessage): void;
  on(event: 'close', listener: () => void): void;
  terminate(): void;
  removeListener(event: 'message', listener: OnMessage): void;
}

/** What Engine.IO 6 has, and its types hide. */
interface TransportInternals {
  readonly name: string;
  readonly socket?: WebSocketInternals;
}

interface EngineInternals {
  readyState: string;
  readonly transport: TransportInternals;
  readonly writeBuffer: readonly unknown[];
  on(event: 'packetCreate', listener: () => void): void;
  once(event: 'upgrade', listener: (transport: TransportInternals) => void): void;
}
