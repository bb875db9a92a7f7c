import type { Rate } from './token-bucket.ts';

/** What an operator may set, within the limits of the protocol. */
export interface CoreSettings {
  /** Participants a room admits when the one who makes it does not say. */
  readonly defaultRoomCapacity: number;
  /** Rooms one session may be in. */
  readonly maxRoomsPerSession: number;
  /** Commands one session may send, signals included. */
  readonly commandRate: Rate;
}
