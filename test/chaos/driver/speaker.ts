import type { ClientRecord } from './client-record.ts';

/** One side of a pair, whatever it is made of: a plain client, or one that delivers end to end. */
export interface Speaker {
  readonly record: ClientRecord;
  /** Its public name now. */
  readonly peerId: string;
  /** Every name it has had; one, if it has kept its session. */
  readonly peerIds: ReadonlySet<string>;
  /** The node it is connected to; undefined without a connection. */
  readonly nodeId: string | undefined;
  /** Who is in the room as far as it was told; see `rosterOf`. */
  readonly roster: readonly string[];
  connect(): Promise<unknown>;
  /** @throws when it is not let in. */
  enter(roomId: string, capacity: number): Promise<void>;
  /** Who is in the room according to its node. @throws when the node does not say. */
  askRoster(): Promise<readonly string[]>;
  /** Sends a number to the other one in the room. */
  say(number: number): void;
  onHear(handler: (number: number) => void): void;
  /** Says goodbye. */
  close(): void;
}
