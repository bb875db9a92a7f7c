import type {
  CommandName,
  CommandPayload,
  CommandResult,
  MediaState,
  RoomSnapshot,
} from '@switchboard/protocol';
import { backoffMs, pause } from '../backoff.ts';
import type { OutgoingCommand } from '../connection/send-command.ts';
import { SwitchboardError } from '../errors.ts';
import { silentMedia } from './media.ts';
import type { JoinOptions } from './room.ts';

/** Sends commands over whatever connection there is. */
export type Send = <K extends CommandName, T>(outgoing: OutgoingCommand<K, T>) => Promise<T>;

export type Joined = CommandResult<'room:join'>;

/** How long a client that was in a room keeps asking to be let in again, in ms. */
const patienceMs = 30_000;
const backoff = { baseMs: 500, maxMs: 4_000 } as const;

/** What a client says on entering a room, in full. */
export const joinPayload = (
  roomId: string,
  { name, media, capacity, instance }: JoinOptions & { readonly instance: string },
): CommandPayload<'room:join'> & { media: MediaState } => ({
  roomId,
  instance,
  media: { ...silentMedia, ...media },
  ...(name !== undefined && { name }),
  ...(capacity !== undefined && { capacity }),
});

/** The entry of a snapshot that a join must have led to. */
export function findSelf({ peerId, room }: Joined): RoomSnapshot['participants'][number] {
  const self = room.participants.find((participant) => participant.peerId === peerId);
  if (!self) throw new Error('the answer to a join does not list its own participant');
  return self;
}

export type RejoinOutcome =
  | { readonly kind: 'joined' }
  /** The connection is gone again, or nobody wants it any more. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'refused'; readonly error: SwitchboardError };

export interface RejoinRequest {
  readonly send: Send;
  readonly payload: CommandPayload<'room:join'>;
  readonly take: (joined: Joined) => void;
  /** Aborts when the connection is lost again, or the room is left. */
  readonly signal: AbortSignal;
}

/**
 * Enters a room again after a reconnection. A refusal that may pass is waited out: a room can be
 * full of this client's own former self for as long as the cluster takes to miss it.
 */
export async function rejoin({
  send,
  payload,
  take,
  signal,
}: RejoinRequest): Promise<RejoinOutcome> {
  const givenUpAt = performance.now() + patienceMs;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await send({
        command: 'room:join',
        payload,
        // After an abort the room belongs to the next attempt, or to nobody.
        take: (joined) => !signal.aborted && take(joined),
      });
      return { kind: signal.aborted ? 'abandoned' : 'joined' };
    } catch (error) {
      if (!(error instanceof SwitchboardError)) throw error;
      if (isConnectionLoss(error)) return { kind: 'abandoned' };
      if (!error.retryable || performance.now() > givenUpAt) return { kind: 'refused', error };
      await pause(error.retryAfterMs ?? backoffMs(attempt, backoff), signal);
    }
  }
  return { kind: 'abandoned' };
}

/** Whether what comes next is another connection, and not another attempt on this one. */
export const isConnectionLoss = ({ code }: SwitchboardError): boolean =>
  code === 'not_connected' || code === 'interrupted' || code === 'closed';
