import type { NodeMessage } from '@switchboard/core';
import { Incarnation, type JsonValue, type NodeId, PeerId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { openNode, openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { roomNamed } from './requests.ts';

function message(origin: NodeId, data: JsonValue): NodeMessage & { type: 'signal' } {
  return {
    type: 'signal',
    signal: {
      room: roomNamed('consultation'),
      incarnation: Incarnation.parse('first'),
      rev: 1,
      from: PeerId.parse('ada'),
      epoch: 1,
      to: PeerId.parse('bob'),
      seat: 2,
      kind: 'custom',
      data,
      origin,
      acceptedAt: 0,
      sentAt: 0,
      attempt: 1,
    },
  };
}

/** What every implementation of the Bus port must do; see the port for the words. */
export function busContract(createBackend: () => Promise<StateBackend>): void {
  test('a message reaches the node it is for, whole, and no other', async () => {
    await using backend = await createBackend();
    const [n1, n2, n3] = (await openNodes(backend, 3)) as [
      RecordingNode,
      RecordingNode,
      RecordingNode,
    ];
    const data = { empty: [], none: null, nested: { text: 'é😀"\\\u2028', list: [1, -0.5, true] } };
    const sent = message(n1.id, data);
    n1.state.bus.send(n2.id, sent);
    expect(await n2.messages.first(() => true)).toEqual(sent);
    n1.state.bus.send(n3.id, message(n1.id, 'for n3'));
    await n3.messages.first(() => true);
    expect(n3.messages.seen).toHaveLength(1);
    expect(n1.messages.seen).toHaveLength(0);
  });

  test('the first message after opening is not missed', async () => {
    await using backend = await createBackend();
    const n1 = await openNode(backend, 'n1');
    for (let round = 1; round <= 20; round++) {
      const late = await openNode(backend, `late${round}`);
      n1.state.bus.send(late.id, message(n1.id, round));
      const { type } = await late.messages.first(() => true, `message ${round}`);
      expect(type).toBe('signal');
      await late.state.close();
    }
  });

  test('many messages of one tick all arrive, to their own nodes, in order', async () => {
    await using backend = await createBackend();
    const [n1, n2, n3] = (await openNodes(backend, 3)) as [
      RecordingNode,
      RecordingNode,
      RecordingNode,
    ];
    for (let index = 0; index < 500; index++) {
      n1.state.bus.send(index % 2 === 0 ? n2.id : n3.id, message(n1.id, index));
    }
    const dataOf = (node: RecordingNode) =>
      node.messages.seen.map((each) => (each.type === 'signal' ? each.signal.data : null));
    const isLast = (index: number) => (each: NodeMessage) =>
      each.type === 'signal' && each.signal.data === index;
    await n2.messages.first(isLast(498));
    await n3.messages.first(isLast(499));
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    expect(dataOf(n2)).toEqual(numbers.filter((index) => index % 2 === 0));
    expect(dataOf(n3)).toEqual(numbers.filter((index) => index % 2 === 1));
  });
}
