import type { CommandName, EventPayload, PeerId } from '@switchboard/protocol';
import { backoffMs } from '../backoff.ts';
import { Emitter } from '../emitter.ts';
import { errorBodyOf, SwitchboardError } from '../errors.ts';
import { readClaims } from './claims.ts';
import type { ConnectionState } from './connection-state.ts';
import { Move } from './move.ts';
import { type OutgoingCommand, sendCommand } from './send-command.ts';
import {
  type OpenSocket,
  reconnection,
  type SocketOptions,
  type SocketPort,
} from './socket-port.ts';

export interface ConnectionSettings {
  /** How long the first connection may take before `open` gives up, in ms. */
  readonly connectTimeoutMs: number;
  /** How long an answer may take, in ms. */
  readonly commandTimeoutMs: number;
}

export interface ConnectionDependencies {
  readonly openSocket: OpenSocket;
  readonly settings: ConnectionSettings;
  /** Called with every new socket before it connects, so that no event goes unheard. */
  readonly listen: (socket: SocketPort) => void;
}

import { TokenRefresh } from './token-refresh.ts';

/** A connection on which nothing has been said for so long is given up, in ms. */
const welcomeTimeoutMs = 10_000;

/** One client's connection: its state, its reconnections, and the way out for commands. */
export class Connection {
  readonly events = new Emitter<{ stateChanged: ConnectionState }>();
  readonly #dependencies: ConnectionDependencies;
  #state: ConnectionState = { state: 'idle' };
  #socket: SocketPort | null = null;
  #opening: PromiseWithResolvers<PeerId> | null = null;
  #lastError: unknown;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #welcome: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refresh: TokenRefresh | null = null;
  #token: string | null = null;
  readonly #move = new Move();

  constructor(dependencies: ConnectionDependencies) {
    this.#dependencies = dependencies;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whom the token names that was shown last; null without one. */
  get subject(): string | null {
    return this.#token === null ? null : (readClaims(this.#token)?.sub ?? null);
  }

  /**
   * Connects, and stays connected until `close`. While the connection is open, or being opened,
   * another call gives the same answer and changes nothing.
   *
   * @throws SwitchboardError `unreachable` after `connectTimeoutMs`, `closed`, or the refusal.
   */
  open(options: SocketOptions): Promise<PeerId> {
    if (this.#opening) return this.#opening.promise;
    const opening = Promise.withResolvers<PeerId>();
    this.#opening = opening;
    this.#lastError = undefined;
    const { token } = options;
    this.#refresh =
      typeof token === 'function'
        ? new TokenRefresh({ send: (outgoing) => this.send(outgoing), getToken: token })
        : null;
    const socket = this.#dependencies.openSocket(options, {
      onToken: (shown) => {
        this.#token = shown;
        this.#refresh?.shown(shown);
      },
      onTokenFailure: (cause) => {
        this.#lastError = cause;
        socket.io.engine.close();
      },
    });
    this.#socket = socket;
    this.#observe(socket);
    this.#dependencies.listen(socket);
    this.#deadline = setTimeout(() => {
      this.#end(SwitchboardError.local('unreachable', { cause: this.#lastError }));
    }, this.#dependencies.settings.connectTimeoutMs);
    this.#become({ state: 'connecting', failures: 0 });
    socket.connect();
    return opening.promise;
  }

  /** Ends the connection and the session; the cluster is told. */
  close(): void {
    this.#end();
  }

  /** @throws SwitchboardError `not_connected` or `closed` at once, or as `sendCommand` does. */
  async send<K extends CommandName, T>(outgoing: OutgoingCommand<K, T>): Promise<T> {
    const { state } = this.#state;
    if (state === 'closed') throw SwitchboardError.local('closed');
    // Socket.IO would keep the command for later, when nobody waits for it any more.
    if (state !== 'connected' || !this.#socket) throw SwitchboardError.local('not_connected');
    const { commandTimeoutMs } = this.#dependencies.settings;
    return this.#move.after(sendCommand(this.#socket, outgoing, commandTimeoutMs));
  }

  #observe(socket: SocketPort): void {
    socket.on('connect', () => {
      if (this.#state.state === 'connected') return;
      this.#welcome = setTimeout(() => socket.io.engine.close(), welcomeTimeoutMs);
    });
    socket.on('welcome', (event) => this.#welcomed(socket, event));
    socket.on('session:ended', ({ error }) => {
      this.#lastError = error;
    });
    socket.on('connect_error', (error) => this.#attemptFailed(socket, error));
    socket.on('disconnect', () => this.#lost(socket));
    socket.on('node:draining', ({ reconnectInMs }) => this.#move.begin(socket, reconnectInMs));
  }

  #welcomed(socket: SocketPort, welcome: EventPayload<'welcome'>): void {
    const { peerId, resumed, capabilities } = welcome;
    clearTimeout(this.#welcome);
    clearTimeout(this.#deadline);
    this.#lastError = undefined;
    socket.io.reconnectionDelay(reconnection.baseMs);
    this.#become({ state: 'connected', peerId, resumed, capabilities, sid: socket.io.engine.id });
    this.#opening?.resolve(peerId);
  }

  #attemptFailed(socket: SocketPort, error: Error & { data?: unknown }): void {
    this.#lastError = error;
    if (socket.active) {
      this.#countFailure();
      return;
    }
    // The cluster has answered, and said no.
    const body = errorBodyOf(error.data);
    const refusal = body
      ? SwitchboardError.refusal(body)
      : SwitchboardError.local('refused', { cause: error });
    if (!refusal.retryable) {
      this.#end(refusal);
      return;
    }
    const failures = this.#countFailure();
    this.#retry = setTimeout(() => socket.connect(), backoffMs(failures, reconnection));
  }

  #lost(socket: SocketPort): void {
    clearTimeout(this.#welcome);
    this.#move.cancel();
    if (socket.active) {
      this.#countFailure();
      return;
    }
    // Only the cluster's own goodbye ends Socket.IO's reconnections; it may have said why before.
    const body = errorBodyOf(this.#lastError);
    this.#end(body ? SwitchboardError.refusal(body) : SwitchboardError.local('refused'));
  }

  /** @returns how many attempts have come to nothing since the connection was last there. */
  #countFailure(): number {
    const current = this.#state;
    switch (current.state) {
      case 'connected':
        this.#become({ state: 'reconnecting', peerId: current.peerId, failures: 0 });
        return 0;
      case 'connecting':
      case 'reconnecting':
        this.#become({ ...current, failures: current.failures + 1 });
        return current.failures + 1;
      case 'idle':
      case 'closed':
        return 0;
    }
  }

  #end(error?: SwitchboardError): void {
    const socket = this.#socket;
    const opening = this.#opening;
    if (!socket) return;
    this.#socket = null;
    this.#opening = null;
    for (const timer of [this.#deadline, this.#welcome, this.#retry]) clearTimeout(timer);
    this.#refresh?.stop();
    this.#token = null;
    this.#move.cancel();
    socket.off();
    socket.disconnect();
    this.#become({ state: 'closed', ...(error && { error }) });
    // Does nothing if the connection had been there before.
    opening?.reject(error ?? SwitchboardError.local('closed'));
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.events.emit('stateChanged', state);
  }
}
