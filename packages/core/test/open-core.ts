import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  defaultTenant,
  type JsonValue,
  type NodeId,
  SignalingError,
} from '@switchboard/protocol';
import { vi } from 'vitest';
import { Core, type NodeMessage, type Session, type SignalEnvelope } from '../src/index.ts';
import type { BusHandler } from '../src/ports/bus.ts';
import type { RoomState } from '../src/ports/room-store.ts';
import { CountingObserver, RecordingDelivery, ScriptedStore } from './doubles.ts';
import { incarnation, node, peer, room } from './samples.ts';

/** The core of node n1 over a scripted store and bus. Needs vitest's fake timers. */
export async function openCore() {
  const rooms = new ScriptedStore();
  const delivery = new RecordingDelivery();
  const observer = new CountingObserver();
  const sent: { readonly to: NodeId; readonly message: NodeMessage }[] = [];
  const wire = { isOpen: true };
  let handler: BusHandler | undefined;
  const bus = {
    open: async (given: BusHandler) => {
      handler = given;
    },
    send: (to: NodeId, message: NodeMessage) => {
      if (!wire.isOpen) throw new SignalingError('unavailable');
      sent.push({ to, message });
    },
  };
  const core = new Core({
    node: node('n1'),
    state: { rooms, bus, isAvailable: () => true, close: async () => {} },
    delivery,
    observer,
    settings: {
      defaultRoomCapacity: 10,
      maxRoomsPerSession: 3,
      commandRate: { perSecond: 1_000_000, burst: 1_000_000 },
    },
  });
  await core.open();
  if (!handler) throw new Error('the core did not open its bus');
  const settled = () => vi.advanceTimersByTimeAsync(0);
  /** Sends a command, and takes up its answer when there is one. */
  const execute = <K extends CommandName>(session: Session, name: K, input: CommandInput<K>) => {
    const answer: { result?: CommandResult<K>; refusal?: string } = {};
    const refuse = (error: unknown) => {
      if (!(error instanceof SignalingError)) throw error;
      answer.refusal = error.code;
    };
    try {
      const reply = (result: CommandResult<K>) => {
        answer.result = result;
      };
      core.execute(session, { name, input, reply })?.catch(refuse);
    } catch (error) {
      refuse(error);
    }
    return answer;
  };
  const open = (name: string) => core.openSession(peer(name), { tenant: defaultTenant });
  const join = (session: Session) =>
    execute(session, 'room:join', {
      roomId: room.roomId,
      media: { camera: false, microphone: false, screen: false },
    });
  return {
    ...{ core, rooms, observer, sent, wire, handler, settled, execute, open, join },
    toldTo: (name: string) => delivery.toldTo(name),
    /** A session that is in the room, which is as the state says. */
    enter: async (name: string, state: RoomState) => {
      const session = open(name);
      join(session);
      rooms.joins.at(-1)?.resolve({ kind: 'joined', state });
      await settled();
      return session;
    },
    signal: (from: Session, to: string, data: JsonValue = 'hello') =>
      execute(from, 'signal', { roomId: room.roomId, to: peer(to), kind: 'custom', data }),
  };
}

/** A signal from a session of node n2 that came into the room with this revision. */
export const envelope = (
  from: string,
  to: string,
  { rev, data = 'hello', attempt = 1 }: { rev: number; data?: JsonValue; attempt?: 1 | 2 },
): SignalEnvelope => ({
  room,
  incarnation: incarnation('first'),
  rev,
  from: peer(from),
  to: peer(to),
  kind: 'custom',
  data,
  origin: node('n2'),
  attempt,
});
