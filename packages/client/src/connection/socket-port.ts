import type {
  Ack,
  CommandName,
  CommandPayload,
  CommandResult,
  EventName,
  EventPayload,
} from '@switchboard/protocol';
import { namespace } from '@switchboard/protocol/namespace';
import { io } from 'socket.io-client';
import { keepResumeToken, type ReloadOptions, takeResumeToken } from './reload.ts';

/** Gets the answer to a command, or the reason why there is none. */
export type AckHandler<K extends CommandName> = (
  error: Error | null,
  answer: Ack<CommandResult<K>>,
) => void;

/** The part of a Socket.IO client socket that this SDK uses, with the protocol's types. */
export interface SocketPort {
  readonly connected: boolean;
  /** Whether Socket.IO goes on trying by itself. */
  readonly active: boolean;
  readonly io: {
    readonly engine: { readonly id: string; close(): unknown };
    /** Sets the first wait before another attempt, in ms. */
    reconnectionDelay(ms: number): unknown;
  };
  connect(): unknown;
  disconnect(): unknown;
  on<K extends EventName>(event: K, handler: (payload: EventPayload<K>) => void): unknown;
  on(event: 'connect', handler: () => void): unknown;
  on(event: 'disconnect', handler: (reason: string) => void): unknown;
  on(event: 'connect_error', handler: (error: Error & { data?: unknown }) => void): unknown;
  /** Ends all subscriptions. */
  off(): unknown;
  /** The acknowledgement handler runs before any event that arrived after it. */
  timeout(ms: number): {
    emit<K extends CommandName>(
      command: K,
      payload: CommandPayload<K>,
      ack: AckHandler<K>,
    ): unknown;
  };
}

export type Transport = 'polling' | 'websocket' | 'webtransport';

/** A token, or where to get one: asked again at every connection, so that it can be renewed. */
export type TokenSource = string | (() => string | Promise<string>);

export interface SocketOptions {
  /** Origin of the cluster, such as `https://calls.example.org`. In a browser, by default the page's. */
  readonly url?: string;
  readonly token?: TokenSource;
  /** To carry the session over a reload of the page; the rooms are to be joined again. */
  readonly reload?: ReloadOptions;
  /** Transports to use, in this order; by default Socket.IO's own. */
  readonly transports?: readonly Transport[];
}

export interface TokenHandlers {
  /** That token is shown to the cluster. */
  readonly onToken: (token: string) => void;
  /**
   * There is no token to be had, and nothing is sent: going on without one could mean going on as
   * somebody else.
   */
  readonly onTokenFailure: (cause: unknown) => void;
}

/** Makes a socket that is not connecting yet. */
export type OpenSocket = (options: SocketOptions, handlers: TokenHandlers) => SocketPort;

/** First and longest wait before another attempt, in ms; Socket.IO adds and subtracts a half. */
export const reconnection = { baseMs: 500, maxMs: 5_000 } as const;

export const openSocket: OpenSocket = (options, { onToken, onTokenFailure }) => {
  const { url, token, transports, reload } = options;
  let former = reload ? takeResumeToken(reload) : null;
  const socket = io(url === undefined ? namespace : new URL(namespace, url).href, {
    autoConnect: false,
    // Without it, two clients of one page would share a transport, and with it their fate.
    forceNew: true,
    reconnectionDelay: reconnection.baseMs,
    reconnectionDelayMax: reconnection.maxMs,
    ...(transports && { transports: [...transports] }),
    auth: (send) => {
      // Until there has been a connection; from then on Socket.IO sends its own token.
      const resume = former === null ? {} : { pid: former, offset: '0' };
      if (token === undefined) send(resume);
      else {
        const show = (value: string) => {
          onToken(value);
          send({ token: value, ...resume });
        };
        askForToken(token).then(show, onTokenFailure);
      }
    },
  });
  socket.on('connect', () => {
    former = null;
  });
  if (reload) keepResumeToken(reload, () => (socket as unknown as Resumable)._pid);
  return socket;
};

/** Socket.IO keeps the resume token that it was given in a field that its types do not name. */
interface Resumable {
  readonly _pid?: string;
}

const askForToken = async (source: TokenSource): Promise<string> =>
  typeof source === 'string' ? source : source();
