import {
  ChatMessage,
  type MediaState,
  Participant,
  type PeerId,
  silentMedia,
} from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { Roster } from './roster.ts';
import { roomWith } from './testing/fake-node.ts';

const roomId = 'room';
const incarnation = 'incarnation';

const participant = (peerId: string, media: Partial<MediaState> = {}, joinedAt = 1_000) =>
  Participant.parse({
    peerId,
    userId: `user-of-${peerId}`,
    name: `Name of ${peerId}`,
    role: 'doctor',
    media: { ...silentMedia, ...media },
    connected: true,
    seat: 1,
    joinedAt,
  });

const message = (id: string, at: number) =>
  ChatMessage.parse({ id, from: 'ada', text: `text of ${id}`, at });

const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((each) => participant(each)) as [
  ReturnType<typeof participant>,
  ReturnType<typeof participant>,
  ReturnType<typeof participant>,
];

/** The roster of a client that has come back with what it was given by another one. */
const comeBack = (roster: Roster) => new Roster(roster.format());

function inRoom(...participants: ReturnType<typeof participant>[]): Roster {
  const roster = new Roster();
  roster.enter(roomWith(participants));
  return roster;
}

describe('a roster brought along', () => {
  test('says who has left, has come, and has changed their media meanwhile', () => {
    const roster = comeBack(inRoom(ada, bob, eve));
    const dan = participant('dan');
    const state = roomWith([participant('ada', { camera: true }), bob, dan]);
    const at = { roomId, incarnation, rev: 1 };
    expect(roster.compare(state)).toEqual([
      ['participant:left', { ...at, peerId: 'eve', reason: 'disconnected' }],
      [
        'participant:updated',
        { ...at, peerId: 'ada', media: { ...silentMedia, camera: true }, named: ['camera'] },
      ],
      ['participant:joined', { ...at, participant: dan }],
    ]);
    // Who is gone is still known by name, for as long as it takes to tell of it.
    const known = [...(roster.rooms.values().next().value?.values() ?? [])];
    expect(known.find(({ peerId }) => peerId === 'eve')).toMatchObject({ userId: 'user-of-eve' });
  });

  test('is empty of news when nothing has happened', () => {
    expect(comeBack(inRoom(ada, bob)).compare(roomWith([ada, bob]))).toEqual([]);
  });

  test('does not name somebody again whose leaving is just being told', () => {
    const roster = inRoom(ada, eve);
    const { roomId: room, incarnation: of, participants } = roomWith([eve]);
    const peerId = participants[0]?.peerId as PeerId;
    const event = { roomId: room, incarnation: of, rev: 2, peerId, reason: 'left' } as const;
    const { version } = roster;
    roster.before['participant:left']?.(event);
    expect(roster.version).toBeGreaterThan(version);
    expect(roster.rooms.get(room)?.has(peerId)).toBe(true);
    expect(comeBack(roster).compare(roomWith([ada]))).toEqual([]);
    roster.after['participant:left']?.(event);
    expect(roster.rooms.get(room)?.has(peerId)).toBe(false);
  });

  test('does without names where there are too many', () => {
    const many = Array.from({ length: 20 }, (_, index) => participant(`peer-${index}`));
    const text = inRoom(...many).format();
    expect(text.length).toBeLessThanOrEqual(1_024);
    const differences = new Roster(text).compare(roomWith(many.slice(1)));
    expect(differences).toMatchObject([['participant:left', { peerId: 'peer-0' }]]);
  });

  test('that was too much for the client to keep makes up no news', () => {
    const many = Array.from({ length: 60 }, (_, index) => participant(`peer-${index}`));
    const text = inRoom(...many).format();
    expect(text).toBe('');
    expect(new Roster(text).compare(roomWith(many.slice(1)))).toEqual([]);
  });

  test.each(['no JSON', '[[7]]', '{}', 'x'.repeat(2_000)])('%s is passed over', (text) => {
    expect(new Roster(text).compare(roomWith([ada]))).toEqual([]);
  });
});

describe('messages', () => {
  const room = roomWith([]).roomId;
  const history = [message('m1', 900), message('m2', 1_100), message('m3', 1_200)];
  const idsOf = (messages: readonly ChatMessage[]) => messages.map(({ id }) => id);

  test('from before it came are not missed', () => {
    const roster = new Roster();
    roster.enter(roomWith([ada], 1));
    expect(roster.hasMissed(roomWith([ada], 1))).toBe(false);
    const later = roomWith([ada], 3);
    expect(roster.hasMissed(later)).toBe(true);
    expect(idsOf(roster.catchUp(later, history))).toEqual(['m2', 'm3']);
    expect(roster.hasMissed(later)).toBe(false);
    expect(roster.takeMessage(room, message('m3', 1_200))).toBe(false);
  });

  test('after the last one told are missed, on another node too', () => {
    const first = inRoom(ada);
    expect(first.takeMessage(room, message('m1', 1_050))).toBe(true);
    const roster = comeBack(first);
    const later = roomWith([ada], 3);
    roster.compare(later);
    expect(roster.hasMissed(later)).toBe(true);
    expect(idsOf(roster.catchUp(later, history))).toEqual(['m2', 'm3']);
  });

  test('of which the last one told is not kept any more are all missed', () => {
    const first = inRoom(ada);
    first.takeMessage(room, message('m0', 1_001));
    const roster = comeBack(first);
    const later = roomWith([ada], 104);
    roster.compare(later);
    expect(idsOf(roster.catchUp(later, history))).toEqual(['m1', 'm2', 'm3']);
  });
});
