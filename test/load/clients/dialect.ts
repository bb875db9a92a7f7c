import type { Connection } from './connection.ts';

/** One signal, as the generator makes it. */
export interface Signal {
  readonly room: string;
  readonly to: string;
  readonly kind: 'offer' | 'candidate';
  readonly data: unknown;
}

/** How the clients of one kind of server speak. */
export interface Dialect {
  /** Of the upgrade request of the client that goes by this name. */
  path(name: string): string;
  /** From the upgraded connection to a client that can be signalled to. @returns under which id */
  open(connection: Connection, name: string): Promise<string>;
  /** Enters a room; nothing where the server knows none. */
  join(connection: Connection, room: string): Promise<void>;
  /** The text that sends a signal. */
  signal(signal: Signal): string;
  /** Whether a text is a signal that arrives. */
  isSignal(text: Buffer): boolean;
  /** The text that says goodbye; null where closing the connection is all there is. */
  readonly goodbye: string | null;
}
