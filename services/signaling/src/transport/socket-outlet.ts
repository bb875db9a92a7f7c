import type { CloseReason, Notice, Outlet } from '@switchboard/core';
import { type ErrorCode, SignalingError } from '@switchboard/protocol';
import type { DirectLine } from './direct/direct-line.ts';
import { encode } from './encode.ts';
import type { ClientSocket } from './socket-server.ts';
import type { Conversation } from './tongue.ts';

/** What may wait for a client that does not read. */
export interface OutboundLimits {
  readonly messages: number;
  /** UTF-16 code units, approximately bytes. */
  readonly bytes: number;
}

export interface SocketOutletOptions {
  readonly line: DirectLine;
  readonly limits: OutboundLimits;
  /** The client does not read fast enough, and its connection has been closed. */
  readonly onOverflow: () => void;
}

/** So many waiting messages are common in a burst, and not worth measuring. */
const unsuspicious = 32;

/** What a client is told whose session is over. */
const endings: { readonly [K in Exclude<CloseReason, 'reconnect'>]: ErrorCode } = {
  replaced: 'session_replaced',
  evicted: 'session_evicted',
  expired: 'token_expired',
};

/** The last stage: out of the core, to the socket of a session. */
export class SocketOutlet implements Outlet {
  readonly #socket: ClientSocket;
  readonly #conversation: Conversation;
  readonly #line: DirectLine;
  readonly #options: SocketOutletOptions;
  #isOver = false;

  constructor(socket: ClientSocket, conversation: Conversation, options: SocketOutletOptions) {
    this.#socket = socket;
    this.#line = options.line;
    this.#conversation = conversation;
    this.#options = options;
  }

  /** Messages that wait for the client to read what went before. */
  get queueLength(): number {
    return this.#waiting.length;
  }

  deliver(notice: Notice): void {
    if (this.#isOver) return;
    this.#conversation.tell(encode(notice));
    if (this.#waiting.length > unsuspicious) this.#closeIfTooSlow();
  }

  close(reason: CloseReason): void {
    if (reason === 'reconnect') {
      // Without a Socket.IO goodbye, which would make the client stay away.
      this.#line.close();
      return;
    }
    const error = new SignalingError(endings[reason]).toBody();
    this.#conversation.tell(['session:ended', { error }]);
    this.#socket.disconnect(true);
  }

  /** Engine.IO keeps its queue in a field that its types, though not its comments, hide. */
  get #waiting(): EngineQueue['writeBuffer'] {
    return (this.#socket.conn as unknown as EngineQueue).writeBuffer;
  }

  /** It resumes when it can read again, and is then shown its rooms as they are. */
  #closeIfTooSlow(): void {
    const waiting = this.#waiting;
    const { messages, bytes } = this.#options.limits;
    const size = waiting.reduce((sum, { data }) => sum + lengthOf(data), 0);
    if (waiting.length <= messages && size <= bytes) return;
    this.#isOver = true;
    this.#options.onOverflow();
    // What waits is given up: an orderly close would wait for the client to read it. So would a
    // WebSocket's own goodbye, and keep for half a minute what is in its buffers.
    this.#socket.conn.close(true);
    (this.#socket.conn.transport as MaybeWebSocket).socket?.terminate();
  }
}

/** Engine.IO's transport, which over WebSocket has one of the `ws` library. */
interface MaybeWebSocket {
  readonly socket?: { terminate(): void };
}

interface EngineQueue {
  readonly writeBuffer: readonly { readonly data?: unknown }[];
}

const lengthOf = (data: unknown): number => (typeof data === 'string' ? data.length : 0);
