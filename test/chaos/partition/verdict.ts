import { isDeepStrictEqual } from 'node:util';
import { rosterOf } from '../driver/known-room.ts';
import type { StoredState } from '../driver/stored-state.ts';
import type { Inhabitant, World } from './world.ts';

/** Where clients, nodes or Redis differ from the model. */
export async function differences(world: World, stored: StoredState): Promise<readonly string[]> {
  const [rosters, sessions, timers] = await Promise.all([
    stored.rosters(),
    stored.sessions(),
    stored.timers(),
  ]);
  const found: string[] = [];
  const compare = (who: string, roster: readonly string[], roomId: string) => {
    const expected = world.expectedIn(roomId);
    if (isDeepStrictEqual(roster, expected)) return;
    found.push(`${who} has in ${roomId}: ${roster.join(' ')}; not: ${expected.join(' ')}`);
  };
  for (const roomId of world.roomIds) compare('Redis', rosters.get(roomId) ?? [], roomId);
  const alive = world.inhabitants.filter(({ state }) => state !== 'gone');
  const holders = new Map(alive.map(({ client }) => [client.peerId, client]));
  for (const { peerId, state, node } of sessions.values()) {
    const holder = holders.get(peerId);
    if (holder && state === 'bound' && node === holder.nodeId) continue;
    found.push(`Redis has ${peerId} ${state} on ${node}; it is on ${holder?.nodeId ?? 'none'}`);
  }
  if (sessions.size < holders.size)
    found.push(`Redis lacks ${holders.size - sessions.size} sessions`);
  if (timers.length > 0) found.push(`Redis is about to end ${timers.join(' ')}`);
  const present = alive.filter(({ state }) => state === 'in');
  for (const { client, roomId } of present) {
    compare(client.record.name, client.room.roster, roomId);
  }
  if (found.length > 0) return found;
  await Promise.all(
    present.map(async ({ client, roomId }) => {
      const answer = await client.command('room:join', { roomId });
      const roster = answer.ok ? rosterOf(answer.room.participants) : [answer.error.code];
      compare(`node ${client.nodeId}, asked by ${client.record.name},`, roster, roomId);
    }),
  );
  return found;
}

/** What a client was told that by the rules it should not have been. */
export function offences(world: World): readonly string[] {
  return world.inhabitants.flatMap((one) => [...offencesAgainst(one), ...falseReports(one, world)]);
}

function offencesAgainst({ client, state }: Inhabitant): string[] {
  const { record, peerIds } = client;
  const found: string[] = [];
  if (state !== 'gone' && peerIds.size !== 1) found.push(`${record.name} has lost its session`);
  for (const what of ['session:ended', 'went back', 'not back yet']) {
    if (record.count(what) > 0) found.push(`${record.name}: ${what}`);
  }
  return found;
}

/** Of everybody who left, each witness is told at most once; of everybody else never. */
function falseReports(witness: Inhabitant, world: World): string[] {
  if (!witness.isWitness) return [];
  const { record } = witness.client;
  const others = world.inhabitants.filter(
    (one) => one !== witness && one.roomId === witness.roomId && one.client.peerId !== '',
  );
  return others.flatMap(({ client, state, refusals }) => {
    const told = (what: string[]) =>
      record.of(...what).filter(({ detail }) => detail.includes(client.peerId)).length;
    const departures = told(['participant:left', 'vanished']);
    const most = refusals + (state === 'in' || state === 'entering' ? 0 : 1);
    return departures > most
      ? [`${record.name} was told ${departures} times that ${client.record.name} has left`]
      : [];
  });
}
