import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  type JsonValue,
  type NodeId,
  SignalingError,
} from '@switchboard/protocol';
import { vi } from 'vitest';
import {
  type BusHandler,
  Core,
  type NodeMessage,
  type Principal,
  type RoomState,
  type Session,
  type SignalEnvelope,
  type User,
} from '../src/index.ts';
import {
  CountingObserver,
  EmptyRegistry,
  RecordingDelivery,
  ScriptedRecords,
  ScriptedRooms,
} from './doubles.ts';
import { client, guest, incarnation, node, peer, room } from './samples.ts';
import { WillingAnnotations, WillingChat } from './willing-contents.ts';
import { WillingSessions, willingLeases } from './willing-stores.ts';
import { emptyCalls, WillingUsers } from './willing-users.ts';

/**
 * The core of node n1 over a scripted store and bus. Needs vitest's fake timers.
 *
 * @param options.isOrdered whether calls are carried out in order, as they are without a
 * Redis Cluster.
 */
export async function openCore({ isOrdered = true }: { isOrdered?: boolean } = {}) {
  const rooms = new ScriptedRooms();
  const records = new ScriptedRecords();
  const registry = new EmptyRegistry();
  const store = new WillingSessions();
  const chat = new WillingChat();
  const annotations = new WillingAnnotations();
  const users = new WillingUsers();
  const delivery = new RecordingDelivery();
  const observer = new CountingObserver();
  const wire = scriptBus();
  /** The tokens that are good, and for whom. */
  const tokens = new Map<string, User>();
  const core = new Core({
    node: node('n1'),
    state: {
      rooms,
      chat,
      annotations,
      records,
      registry,
      sessions: store,
      users,
      calls: emptyCalls,
      leases: willingLeases,
      bus: wire.bus,
      isOrdered,
      clock: { at: (moment) => moment, errorMs: 0 },
      isAvailable: () => true,
      close: async () => {},
    },
    authenticator: {
      authenticate: async (token) => {
        const user = tokens.get(token);
        if (!user) throw new SignalingError('unauthenticated');
        return user;
      },
    },
    iceServers: {
      issue: ({ id, expiresAt }) => ({
        iceServers: [{ urls: ['turn:turn.example'], username: id }],
        ...(expiresAt !== null && { expiresAt }),
      }),
    },
    observer,
    settings: {
      defaultRoomCapacity: 10,
      maxRoomsPerSession: 3,
      commandRate: { perSecond: 1_000_000, burst: 1_000_000 },
    },
    onUsurped: () => {},
    onDrainAsked: () => {},
  });
  await core.open();
  const settled = () => vi.advanceTimersByTimeAsync(0);
  const execute = <K extends CommandName>(session: Session, name: K, input: CommandInput<K>) =>
    answerOf(core, session, { name, input });
  /** A session with a connection. */
  const open = async (name: string, principal: Principal = guest) => {
    const session = await core.openSession({
      peerId: peer(name),
      principal,
      client,
      secretDigest: `digest of ${name}`,
      graceMs: 20_000,
      duplicates: 'replace',
    });
    session.attach({
      deliver: (notice) => delivery.deliver([session.peerId], notice),
      close: (reason) => delivery.toldTo(name).push(`closed: ${reason}`),
    });
    return session;
  };
  const join = (session: Session) =>
    execute(session, 'room:join', {
      roomId: room.roomId,
      media: { camera: false, microphone: false, screen: false },
    });
  return {
    ...{ core, rooms, records, store, users, chat, annotations, delivery, observer, wire, tokens },
    ...{ settled, execute, open, join },
    handler: wire.handler(),
    sent: wire.sent,
    toldTo: (name: string) => delivery.toldTo(name),
    /** A session that is in the room, which is as the state says. */
    enter: async (name: string, state: RoomState, principal?: Principal) => {
      const session = await open(name, principal);
      join(session);
      rooms.joins.at(-1)?.resolve({ kind: 'joined', state });
      await settled();
      return session;
    },
    signal: (from: Session, to: string, data: JsonValue = 'hello') =>
      execute(from, 'signal', { roomId: room.roomId, to: peer(to), kind: 'custom', data }),
    relay: (from: Session, data: JsonValue = 'hello') =>
      execute(from, 'room:relay', { roomId: room.roomId, name: 'said', data }),
  };
}

/** A bus that keeps what is sent, and whose way out can be closed. */
function scriptBus() {
  let opened: BusHandler | undefined;
  const wire = {
    isOpen: true,
    sent: [] as { readonly to: NodeId; readonly message: NodeMessage }[],
    handler: (): BusHandler => {
      if (!opened) throw new Error('the core did not open its bus');
      return opened;
    },
    bus: {
      open: async (handler: BusHandler) => {
        opened = handler;
      },
      send: (to: NodeId, message: NodeMessage) => {
        if (!wire.isOpen) throw new SignalingError('unavailable');
        wire.sent.push({ to, message });
      },
    },
  };
  return wire;
}

/** Sends a command, and takes up its answer when there is one. */
function answerOf<K extends CommandName>(
  core: Core,
  session: Session,
  { name, input }: { name: K; input: CommandInput<K> },
) {
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
}

/** From a session of node n2 that came in with revision `rev`, to one that has that seat. */
export const envelope = (
  from: string,
  to: string,
  {
    rev,
    seat,
    data = 'hello',
    epoch = 1,
    attempt = 1,
  }: { rev: number; seat: number; data?: JsonValue; epoch?: number; attempt?: 1 | 2 },
): SignalEnvelope => ({
  room,
  incarnation: incarnation('first'),
  rev,
  from: peer(from),
  epoch,
  to: peer(to),
  seat,
  kind: 'custom',
  data,
  acceptedAt: performance.now(),
  sentAt: performance.now(),
  origin: node('n2'),
  attempt,
});
