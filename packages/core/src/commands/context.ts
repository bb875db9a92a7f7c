import type { CommandInput, CommandName, CommandResult } from '@switchboard/protocol';
import type { Calls } from '../calls/calls.ts';
import type { LocalCalls } from '../calls/local-calls.ts';
import type { LocalRooms } from '../local-rooms.ts';
import type { Memberships } from '../memberships.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { IceServers } from '../ports/ice-servers.ts';
import type { RoomAnnotations } from '../ports/room-annotations.ts';
import type { RoomChat } from '../ports/room-chat.ts';
import type { RoomRecords } from '../ports/room-records.ts';
import type { RoomStore } from '../ports/room-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { RelayRouter } from '../relay-router.ts';
import type { Session } from '../session.ts';
import type { CoreSettings } from '../settings.ts';
import type { SignalRouter } from '../signal-router.ts';
import type { Attachments } from '../users/attachments.ts';
import type { Watching } from '../users/watching.ts';

/** What command handlers work with. */
export interface CommandContext {
  readonly rooms: RoomStore;
  readonly chat: RoomChat;
  readonly annotations: RoomAnnotations;
  readonly records: RoomRecords;
  readonly sessions: SessionStore;
  readonly localRooms: LocalRooms;
  readonly memberships: Memberships;
  readonly signals: SignalRouter;
  readonly relays: RelayRouter;
  readonly attachments: Attachments;
  readonly watching: Watching;
  readonly calls: Calls;
  readonly localCalls: LocalCalls;
  readonly authenticator: Authenticator;
  readonly iceServers: IceServers;
  readonly settings: CoreSettings;
  /** See `State.isOrdered`. */
  readonly isOrdered: boolean;
}

/** Gives the answer to a command; called at most once. */
export type Reply<K extends CommandName> = (result: CommandResult<K>) => void;

/**
 * Carries out one command and replies as soon as it has been. What is called after `reply`
 * reaches the client after the answer.
 *
 * @throws SignalingError instead of replying, for what the client is to be told.
 */
export type Handler<K extends CommandName> = (
  context: CommandContext,
  session: Session,
  command: { readonly input: CommandInput<K>; readonly reply: Reply<K> },
) => void | Promise<void>;
