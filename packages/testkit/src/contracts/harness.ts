import type {
  BusHandler,
  CallEvent,
  Fence,
  NodeMessage,
  RoomEvent,
  State,
  UserStanding,
} from '@switchboard/core';
import { NodeId, readContent } from '@switchboard/protocol';
import { Recorder } from './recorder.ts';

/** One implementation of the state, freshly empty: what a contract suite is run on. */
export interface StateBackend extends AsyncDisposable {
  /** The state as one more node sees it; all nodes of a backend share it. */
  connect(node: NodeId): Promise<State>;
}

/** A node with an open bus that keeps what it hears. */
export interface RecordingNode {
  readonly id: NodeId;
  readonly state: State;
  readonly roomEvents: Recorder<RoomEvent>;
  readonly messages: Recorder<NodeMessage>;
  readonly undelivered: Recorder<NodeMessage>;
  readonly fences: Recorder<Fence>;
  readonly callEvents: Recorder<CallEvent>;
  readonly standings: Recorder<UserStanding>;
}

/** Nodes n1, n2, … on one backend; all are closed with it. */
export async function openNodes(backend: StateBackend, count: number): Promise<RecordingNode[]> {
  const names = Array.from({ length: count }, (_, index) => `n${index + 1}`);
  return Promise.all(names.map((name) => openNode(backend, name)));
}

export async function openNode(backend: StateBackend, name: string): Promise<RecordingNode> {
  const id = NodeId.parse(name);
  const state = await backend.connect(id);
  const roomEvents = new Recorder<RoomEvent>();
  const messages = new Recorder<NodeMessage>();
  const undelivered = new Recorder<NodeMessage>();
  const fences = new Recorder<Fence>();
  const callEvents = new Recorder<CallEvent>();
  const standings = new Recorder<UserStanding>();
  const handler: BusHandler = {
    onRoomEvent: roomEvents.record,
    onMessage: (message) => messages.record(asRead(message)),
    onUndelivered: (message) => undelivered.record(asRead(message)),
    onFenced: fences.record,
    onCallChanged: callEvents.record,
    onPresenceChanged: standings.record,
    onGap: () => {},
  };
  await state.bus.open(handler);
  return { id, state, roomEvents, messages, undelivered, fences, callEvents, standings };
}

/** With its data as a value, also where nobody has read it yet. */
export const asRead = (message: NodeMessage): NodeMessage =>
  message.type === 'signal'
    ? { ...message, signal: { ...message.signal, data: readContent(message.signal.data) } }
    : message;
