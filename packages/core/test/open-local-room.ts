import { vi } from 'vitest';
import type { Move } from '../src/detours.ts';
import { LocalRoom } from '../src/local-room.ts';
import type { RoomState } from '../src/ports/room-store.ts';
import { CountingObserver, RecordingDelivery, ScriptedRooms } from './doubles.ts';
import { peer, room } from './samples.ts';

/** How long a missing event is waited for before the room is read. */
export const gapPatienceMs = 50;

/** A room of one node over a scripted store. Needs vitest's fake timers. */
export function openLocalRoom() {
  const rooms = new ScriptedRooms();
  const delivery = new RecordingDelivery();
  const observer = new CountingObserver();
  const missing: string[] = [];
  const onMissing = (peerIds: readonly string[]) => missing.push(...peerIds);
  const replaced: string[] = [];
  const onReplaced = (_: unknown, peerId: string) => replaced.push(peerId);
  const ended: string[] = [];
  const onEnded = (_: unknown, peerIds: readonly string[]) => ended.push(...peerIds);
  const moves: Move[] = [];
  const onMoved = (move: Move) => moves.push(move);
  const events = { onMissing, onReplaced, onEnded, onMoved, onLeft: () => undefined };
  const local = new LocalRoom(room, { rooms, delivery, observer, ...events });
  return {
    rooms,
    missing,
    moves,
    replaced,
    ended,
    observer,
    local,
    toldTo: (name: string) => delivery.toldTo(name),
    /** A join that the store has answered with this state. */
    enter: (name: string, state: RoomState) => {
      local.expect();
      const snapshot = local.admit(peer(name), state);
      if (!snapshot) throw new Error(`${name} is not in the room any more`);
      return snapshot;
    },
    /** Answers the last reading, and lets the answer be taken in. */
    answer: async (state: RoomState | null) => {
      rooms.reads.at(-1)?.resolve(state);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}
