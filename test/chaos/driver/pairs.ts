import type { ClientRecord } from './client-record.ts';
import { rosterOf } from './known-room.ts';
import { NumberedStream, type StreamTally, sumOf } from './numbered-stream.ts';
import type { Speaker } from './speaker.ts';

/** One of two in a room, with what it says and what the other one has heard of it. */
export interface Member {
  readonly speaker: Speaker;
  readonly stream: NumberedStream;
}

/** Two clients in a room for two, who send each other numbers. */
export interface Pair {
  readonly roomId: string;
  readonly members: readonly [Member, Member];
}

/** Makes a client; `pair` and `side` count from 0. */
export type OpenSpeaker = (
  name: string,
  place: { readonly pair: number; readonly side: number },
) => Speaker;

/** Rooms hold two, so that one too many would be seen. */
export const pairCapacity = 2;

/** Clients that are connecting at a time, when a scenario begins. */
const concurrency = 24;

/**
 * Brings pairs into their rooms.
 *
 * @throws when somebody is not let in.
 */
export async function openPairs(
  count: number,
  prefix: string,
  open: OpenSpeaker,
): Promise<readonly Pair[]> {
  const pairs = Array.from({ length: count }, (_, index) =>
    makePair(`${prefix}${index + 1}`, index, open),
  );
  const queue = pairs.values();
  const work = async () => {
    for (const pair of queue) await enter(pair);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return pairs;
}

export const membersOf = (pairs: readonly Pair[]): readonly Member[] =>
  pairs.flatMap(({ members }) => members);

export const speakersOf = (pairs: readonly Pair[]): readonly Speaker[] =>
  membersOf(pairs).map(({ speaker }) => speaker);

export const recordsOf = (pairs: readonly Pair[]): readonly ClientRecord[] =>
  speakersOf(pairs).map(({ record }) => record);

/** What became of all that was said. */
export const tallyOf = (pairs: readonly Pair[]): StreamTally =>
  sumOf(membersOf(pairs).map(({ stream }) => stream.tally));

/** What became of all that was said, with what the cluster answered, for printing. */
export function signalFigures(pairs: readonly Pair[]): Readonly<Record<string, number>> {
  const answers = new Map<string, number>();
  for (const record of recordsOf(pairs)) {
    for (const [what, count] of record.counts) {
      if (!/^(accepted|refused.*|signal:failed)$/.test(what)) continue;
      answers.set(what, (answers.get(what) ?? 0) + count);
    }
  }
  return { ...tallyOf(pairs), ...Object.fromEntries(answers) };
}

/** Everybody who is to be in a room, as a roster. */
export const expectedRoster = ({ members }: Pair): readonly string[] =>
  rosterOf(members.map(({ speaker }) => ({ peerId: speaker.peerId, connected: true })));

function makePair(roomId: string, pair: number, open: OpenSpeaker): Pair {
  const [left, right] = [0, 1].map((side) => ({
    speaker: open(`${roomId}${'ab'[side]}`, { pair, side }),
    stream: new NumberedStream(),
  })) as [Member, Member];
  left.speaker.onHear((number) => right.stream.hear(number));
  right.speaker.onHear((number) => left.stream.hear(number));
  return { roomId, members: [left, right] };
}

async function enter({ roomId, members }: Pair): Promise<void> {
  for (const { speaker } of members) {
    await speaker.connect();
    await speaker.enter(roomId, pairCapacity);
  }
}
