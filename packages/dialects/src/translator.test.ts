import {
  ChatMessage,
  type CommandName,
  type CommandPayload,
  type CommandResult,
  PeerId,
  RoomSnapshot,
  SignalingError,
  silentMedia,
  UserId,
} from '@switchboard/protocol';
import { expect, test } from 'vitest';
import type { TranslatorPort } from './dialect.ts';
import { roomServer } from './room-server/index.ts';
import { Translator } from './translator.ts';

const bobId = PeerId.parse('bob');

const participant = (peerId: string) => ({
  peerId,
  userId: peerId,
  media: silentMedia,
  connected: true,
  seat: 1,
  joinedAt: 1_000,
});

const stateOf = (peerIds: readonly string[], messages = 0) =>
  RoomSnapshot.parse({
    roomId: 'room',
    incarnation: 'incarnation',
    rev: 1,
    capacity: 50,
    status: 'in-progress',
    participants: peerIds.map(participant),
    messages,
    annotations: 0,
  });

const message = (id: string, from = 'ada') =>
  ChatMessage.parse({ id, from, userId: from, text: `text of ${id}`, at: 2_000 });

/** A node that answers each command as it is told to. */
class Node implements TranslatorPort {
  readonly peerId = bobId;
  readonly users = [];
  readonly told: (readonly [event: string, payload: unknown])[] = [];
  /** What the client would bring along. */
  note = '';
  readonly refused: string[] = [];
  readonly #answers: { readonly [K in CommandName]?: () => Promise<CommandResult<K>> };

  constructor(answers: { readonly [K in CommandName]?: () => Promise<CommandResult<K>> }) {
    this.#answers = answers;
  }

  get directory(): never {
    throw new Error('nobody asks for it here');
  }

  identity() {
    return { userId: null, name: null, role: null, isVouched: false };
  }

  async execute<K extends CommandName>(
    name: K,
    _payload: CommandPayload<K>,
    onResult?: (result: CommandResult<K>) => void,
  ): Promise<void> {
    const answer = this.#answers[name];
    if (!answer) throw new SignalingError('unknown_command');
    onResult?.(await answer());
  }

  emit(event: string, args: readonly unknown[], note?: string): void {
    this.told.push([event, args[0]]);
    this.note = note ?? this.note;
  }

  onRefused(_event: string, { code }: SignalingError): void {
    this.refused.push(code);
  }
}

const joined = async () => ({ peerId: bobId, room: stateOf(['ada', 'bob', 'eve']) });
const identified = async () => ({ userId: UserId.parse('bob') });

async function join(): Promise<Node> {
  const node = new Node({ 'room:join': joined, 'session:identify': identified });
  new Translator(roomServer, node).receive('join-room', ['room', 'bob']);
  await expect.poll(() => node.told.map(([event]) => event)).toEqual(['room-joined']);
  return node;
}

const heard = ({ told }: Node) =>
  told
    .filter(([event]) => event === 'new-message')
    .map(([, payload]) => (payload as { readonly id: string }).id);

test('a client that comes back to another node is told who has left meanwhile', async () => {
  const { note } = await join();
  const node = new Node({});
  new Translator(roomServer, node, note).tell('room:state', stateOf(['ada', 'bob']));
  expect(node.told).toEqual([
    ['user-disconnected', expect.objectContaining({ userId: 'eve', socketId: 'eve' })],
  ]);
  // Coming back once more it is not told again.
  const later = new Node({});
  new Translator(roomServer, later, node.note).tell('room:state', stateOf(['ada', 'bob']));
  expect(later.told).toEqual([]);
});

test('messages that it has missed are read, in front of those that come meanwhile', async () => {
  const { note } = await join();
  const history = Promise.withResolvers<{ messages: ChatMessage[] }>();
  const node = new Node({ 'chat:history': () => history.promise });
  const translator = new Translator(roomServer, node, note);
  const room = stateOf(['ada', 'bob', 'eve'], 2);
  translator.tell('room:state', room);
  const { roomId, incarnation } = room;
  for (const id of ['m3', 'm4']) {
    translator.tell('chat:message', { roomId, incarnation, rev: 2, message: message(id) });
  }
  expect(heard(node)).toEqual([]);
  // By the time of the reading one more had been sent.
  history.resolve({ messages: ['m1', 'm2', 'm3'].map((id) => message(id)) });
  await expect.poll(() => heard(node)).toEqual(['m1', 'm2', 'm3', 'm4']);
  translator.tell('room:state', stateOf(['ada', 'bob', 'eve'], 4));
  expect(node.refused).toEqual([]);
});

test('when they cannot be read, those that come are told all the same', async () => {
  const { note } = await join();
  const node = new Node({
    'chat:history': () => Promise.reject(new SignalingError('unavailable')),
  });
  const translator = new Translator(roomServer, node, note);
  const room = stateOf(['ada', 'bob', 'eve'], 1);
  translator.tell('room:state', room);
  const { roomId, incarnation } = room;
  translator.tell('chat:message', { roomId, incarnation, rev: 2, message: message('m2') });
  await expect.poll(() => heard(node)).toEqual(['m2']);
  expect(node.refused).toEqual(['unavailable']);
});
