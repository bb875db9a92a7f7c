import { isDeepStrictEqual } from 'node:util';
import { waitUntil } from '@switchboard/testkit';
import { expectedRoster, type Pair, speakersOf } from './pairs.ts';
import type { StoredState } from './stored-state.ts';

/**
 * Where somebody believes something else than what is so: a client of its room, a node of a room
 * that it has members in, or Redis of rooms and sessions. Empty when all agree.
 *
 * @param bystanders sessions that are in none of the rooms, and may be ending.
 */
export async function disagreements(
  pairs: readonly Pair[],
  stored: StoredState,
  bystanders: ReadonlySet<string> = new Set(),
): Promise<readonly string[]> {
  const found = [...(await inStore(pairs, stored, bystanders)), ...pairs.flatMap(amongClients)];
  // Asking everybody's node is the dearest question, so it comes last.
  return found.length > 0 ? found : (await Promise.all(pairs.map(onNodes))).flat();
}

export interface AgreementOptions {
  readonly timeoutMs: number;
  /** As `disagreements` takes them. */
  readonly bystanders?: ReadonlySet<string>;
}

/**
 * Waits until nobody disagrees with what is so.
 *
 * @returns how long that took, in ms.
 * @throws {Error} with the first disagreements that were left.
 */
export async function waitForAgreement(
  pairs: readonly Pair[],
  stored: StoredState,
  { timeoutMs, bystanders }: AgreementOptions,
): Promise<number> {
  const startedAt = performance.now();
  await waitUntil(
    async () => (await disagreements(pairs, stored, bystanders)).slice(0, 10),
    (found) => found.length === 0,
    { what: 'clients, nodes and Redis to agree', timeoutMs, intervalMs: 150 },
  );
  return performance.now() - startedAt;
}

async function inStore(
  pairs: readonly Pair[],
  stored: StoredState,
  bystanders: ReadonlySet<string>,
): Promise<string[]> {
  const reading = Promise.all([stored.rosters(), stored.sessions(), stored.timers()]);
  const read = await reading.catch((error: Error) => error);
  if (read instanceof Error) return [`Redis cannot be read: ${read.message}`];
  const [rosters, sessions, timers] = read;
  const found: string[] = [];
  const speakers = new Map(speakersOf(pairs).map((speaker) => [speaker.peerId, speaker]));
  for (const { peerId, state, node } of sessions.values()) {
    if (bystanders.has(peerId)) continue;
    const speaker = speakers.get(peerId);
    if (!speaker) found.push(`Redis has a session ${peerId} (${state} on ${node}) of nobody`);
    else if (state !== 'bound' || node !== speaker.nodeId) {
      found.push(`Redis has ${peerId} ${state} on ${node}, it is on ${speaker.nodeId}`);
    }
  }
  for (const [peerId, { record }] of speakers) {
    if (!sessions.has(peerId)) found.push(`Redis has no session of ${record.name} (${peerId})`);
  }
  found.push(...pairs.flatMap((pair) => compare(pair, 'Redis', rosters.get(pair.roomId))));
  const doomed = timers.filter((peerId) => !bystanders.has(peerId));
  if (doomed.length > 0) found.push(`Redis is about to end ${doomed.join(' ')}`);
  return found;
}

const amongClients = (pair: Pair): string[] =>
  pair.members.flatMap(({ speaker }) => compare(pair, speaker.record.name, speaker.roster));

async function onNodes(pair: Pair): Promise<string[]> {
  const ask = async ({ speaker }: Pair['members'][number]) => {
    const roster = await speaker.askRoster().catch((error: Error) => [error.message]);
    return compare(pair, `node ${speaker.nodeId}`, roster);
  };
  return (await Promise.all(pair.members.map(ask))).flat();
}

function compare(pair: Pair, who: string, roster: readonly string[] | undefined): string[] {
  const expected = expectedRoster(pair);
  if (isDeepStrictEqual(roster, expected)) return [];
  return [`${who} has ${roster?.join(' ')} in ${pair.roomId}, not ${expected.join(' ')}`];
}
