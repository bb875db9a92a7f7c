import type { Session } from '@switchboard/core';
import type { DuplicatePolicy } from '@switchboard/protocol';
import type { EncodedEvent } from './encode.ts';
import type { ClientSocket } from './socket-server.ts';

/** One connection, as its protocol has it. */
export interface Conversation {
  /** Called once, when what is told reaches the client. */
  begin?(): void;
  /** Takes an event of the client, with its arguments as they came. Never throws. */
  receive(name: string, args: unknown[]): void;
  /** Says a canonical event to the client. */
  tell(event: EncodedEvent): void;
}

/** A protocol that clients are spoken to in: the canonical one, or an older one. */
export interface Tongue {
  readonly name: string;
  /** How long a client may be without a connection before its session ends. */
  readonly graceMs: number;
  /** What becomes of a user who comes into a room twice (SPEC 3.9). */
  readonly duplicates: DuplicatePolicy;
  begin(socket: ClientSocket, session: Session): Conversation;
}
