import { openSocket, type ServedSocket } from '../ui/served-socket.ts';

/** What one page says to the other, as the older protocol of the join page has it. */
export type PeerSignal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: RTCSessionDescriptionInit }
  | { readonly candidate: RTCIceCandidateInit };

/** The protocol that this page was made for; it is served under every `ROOT_DIALECT`. */
const namespace = '/carepulse';

export interface SessionEvents {
  onConnected(): void;
  onDisconnected(): void;
  /** The node does not let this page in, or not any more. */
  onRefused(): void;
  /** Something that was sent has been refused. */
  onProblem(): void;
  /** Somebody has come: those who were here offer. */
  onPeerCame(): void;
  onPeerWent(): void;
  onSignal(signal: PeerSignal): void;
}

/** The connection of the page: it shows its cookie, which the page itself cannot see. */
export class SessionSocket {
  readonly #socket: ServedSocket;
  readonly #sessionId: string;

  constructor(
    { sessionId, word }: { readonly sessionId: string; readonly word: string },
    events: SessionEvents,
  ) {
    this.#sessionId = sessionId;
    const socket = openSocket(namespace);
    this.#socket = socket;
    socket.on('connect', () => {
      if (!socket.recovered) socket.emit('join-room', sessionId, word);
      events.onConnected();
    });
    socket.on('disconnect', (reason: string) => {
      if (reason === 'io server disconnect') events.onRefused();
      else events.onDisconnected();
    });
    socket.on('connect_error', (error: { readonly data?: unknown }) => {
      if (error.data !== undefined) events.onRefused();
    });
    socket.on('error', () => events.onProblem());
    socket.on('user-connected', () => events.onPeerCame());
    socket.on('user-disconnected', () => events.onPeerWent());
    socket.on('signal', (signal: PeerSignal) => events.onSignal(signal));
  }

  send(signal: PeerSignal): void {
    this.#socket.emit('signal', { room: this.#sessionId, ...signal });
  }

  leave(): void {
    this.#socket.disconnect();
  }
}
