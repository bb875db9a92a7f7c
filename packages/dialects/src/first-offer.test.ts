import { type FirstOffer, type Participant, UserId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { carepulse } from './carepulse/index.ts';
import type { Dialect } from './dialect.ts';
import { healthconnect } from './healthconnect/index.ts';
import { roomServer } from './room-server/index.ts';
import { bobId, FakeNode, participant, roomWith } from './testing/fake-node.ts';
import { Translator } from './translator.ts';

/** Somebody with that convention; of the usual one, nobody says anything. */
const someone = (peerId: string, firstOffer: FirstOffer) =>
  participant(peerId, firstOffer === 'joiner' ? { firstOffer } : {});

const ada = someone('ada', 'present');
const eve = someone('eve', 'joiner');

/** How each says that it comes, and tells its client whom it finds there, and who comes later. */
const words = {
  healthconnect: {
    join: ['join-room', { roomId: 'room', userId: 'bob' }],
    joined: (...found: string[]) => [
      'room-joined',
      {
        roomId: 'room',
        participants: found.map((each) => expect.objectContaining({ socketId: each })),
      },
    ],
    came: (socketId: string) => ['user-joined', expect.objectContaining({ socketId })],
  },
  'room-server': {
    join: ['join-room', 'room', 'bob'],
    joined: (...found: string[]) => [
      'room-joined',
      expect.objectContaining({
        users: [...found, 'bob'].map((each) => ({ userId: each, socketId: each })),
      }),
    ],
    came: (socketId: string) => ['user-connected', expect.objectContaining({ socketId })],
  },
} as const;

/** Bob, who is about to come into a room with those people. */
function arrive(dialect: Dialect, ...others: Participant[]) {
  const room = roomWith([...others, someone(bobId, dialect.firstOffer)]);
  const node = new FakeNode({
    'room:join': async () => ({ peerId: bobId, room }),
    'session:identify': async () => ({ userId: UserId.parse('bob') }),
  });
  return { node, room, translator: new Translator(dialect, node) };
}

const told = (node: FakeNode, ...expected: (readonly unknown[])[]) =>
  expect.poll(() => node.told).toEqual(expected);

describe.each([healthconnect, roomServer])('a newcomer of $name', (dialect) => {
  const { join, joined, came } = words[dialect.name as keyof typeof words];
  const [event, ...args] = join;
  const [alike, unlike] = dialect.firstOffer === 'joiner' ? [eve, ada] : [ada, eve];

  test('finds those of its own convention, and hears nothing else', async () => {
    const { node, translator } = arrive(dialect, alike);
    translator.receive(event, args);
    await told(node, joined(alike.peerId));
  });

  test('is told of those of another one as of people who come later', async () => {
    const { node, translator } = arrive(dialect, unlike, alike);
    translator.receive(event, args);
    await told(node, joined(alike.peerId), came(unlike.peerId));
  });

  test('finds all it knows when it comes again, and is told of none of them twice', async () => {
    const { node, translator, room } = arrive(dialect, ada, eve);
    translator.receive(event, args);
    await told(node, joined(alike.peerId), came(unlike.peerId));
    translator.receive(event, args);
    const again = joined(ada.peerId, eve.peerId);
    // Those who have been introduced are known by then, and the answer is the room as it is.
    await told(node, joined(alike.peerId), came(unlike.peerId), again);
    translator.tell('room:state', room);
    const back = new FakeNode({});
    new Translator(dialect, back, node.note).tell('room:state', room);
    expect([node.told.length, back.told]).toEqual([3, []]);
  });

  test('whose connection is lost between the two is told the second when it is back', async () => {
    const { node, translator, room } = arrive(dialect, alike, unlike);
    translator.receive(event, args);
    await told(node, joined(alike.peerId), came(unlike.peerId));
    const back = new FakeNode({});
    new Translator(dialect, back, node.emitted[0]?.note).tell('room:state', room);
    await told(back, came(unlike.peerId));
  });
});

test('carepulse, which answers no join, tells its newcomer of nobody but those', async () => {
  const { node, translator } = arrive(carepulse, ada, eve);
  translator.receive('join-room', ['room', 'bob']);
  await told(node, ['rooms', undefined], ['user-connected', 'eve']);
});

test.each([healthconnect, roomServer])(
  'of a client of $name others learn only what nobody takes for granted',
  async (dialect) => {
    const { node, translator } = arrive(dialect);
    const [event, ...args] = words[dialect.name as keyof typeof words].join;
    translator.receive(event, args);
    const join = () => node.asked.find(([name]) => name === 'room:join')?.[1];
    await expect.poll(join).toBeDefined();
    const { firstOffer } = join() as { readonly firstOffer?: FirstOffer };
    expect(firstOffer).toBe(dialect === healthconnect ? 'joiner' : undefined);
  },
);
