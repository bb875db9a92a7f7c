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
  readonly io: { readonly engine: { readonly id: string; close(): unknown } };
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
  /** Transports to use, in this order; by default Socket.IO's own. */
  readonly transports?: readonly Transport[];
}

/**
 * Makes a socket that is not connecting yet. When there is no token to be had, nothing is sent and
 * `onTokenFailure` is called instead: going on without one could mean going on as somebody else.
 */
export type OpenSocket = (
  options: SocketOptions,
  onTokenFailure: (cause: unknown) => void,
) => SocketPort;

/** First and longest wait before another attempt, in ms; Socket.IO adds and subtracts a half. */
export const reconnection = { baseMs: 500, maxMs: 5_000 } as const;

export const openSocket: OpenSocket = ({ url, token, transports }, onTokenFailure) =>
  io(url === undefined ? namespace : new URL(namespace, url).href, {
    autoConnect: false,
    // Without it, two clients of one page would share a transport, and with it their fate.
    forceNew: true,
    reconnectionDelay: reconnection.baseMs,
    reconnectionDelayMax: reconnection.maxMs,
    ...(transports && { transports: [...transports] }),
    ...(token !== undefined && {
      auth: (send) => {
        askForToken(token).then((value) => send({ token: value }), onTokenFailure);
      },
    }),
  });

const askForToken = async (source: TokenSource): Promise<string> =>
  typeof source === 'string' ? source : source();
