import type { Notice, Outlet } from '@switchboard/core';
import { SignalingError } from '@switchboard/protocol';
import { encode } from './encode.ts';
import type { CanonicalSocket } from './socket-server.ts';

interface Emitter {
  emit(name: string, payload: unknown): unknown;
}

/** The last stage: out of the core, to the socket of a session. */
export class SocketOutlet implements Outlet {
  readonly #socket: CanonicalSocket;

  constructor(socket: CanonicalSocket) {
    this.#socket = socket;
  }

  deliver(notice: Notice): void {
    const [name, payload] = encode(notice);
    // The pair is typed; that its halves belong together is beyond what the types can follow.
    (this.#socket as Emitter).emit(name, payload);
  }

  close(reason: 'replaced' | 'reconnect'): void {
    if (reason === 'reconnect') {
      // Without a Socket.IO goodbye, which would make the client stay away.
      this.#socket.conn.close();
      return;
    }
    const error = new SignalingError('session_replaced').toBody();
    this.#socket.emit('session:ended', { error });
    this.#socket.disconnect(true);
  }
}
