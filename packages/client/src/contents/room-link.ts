import type { PeerId, RoomId } from '@switchboard/protocol';
import type { Send } from '../room/join.ts';

/** What the contents of a room need of it. */
export interface RoomLink {
  readonly roomId: RoomId;
  /** @throws SwitchboardError `not_connected` also while the room is being entered again. */
  readonly send: Send;
  /** Whether that is this client, or was. */
  readonly isOneself: (peerId: PeerId) => boolean;
  /** Aborts when the room is this client's no more. */
  readonly over: AbortSignal;
}

/** How long something is said again that was not answered, in ms: longer than a session can be away. */
export const patienceMs = 30_000;
