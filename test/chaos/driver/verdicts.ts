import { expect } from 'vitest';
import type { ClientRecord } from './client-record.ts';
import type { Speaker } from './speaker.ts';

/** What no client may ever be told while nobody leaves. */
const departures = ['participant:left', 'vanished'];

/** Records of clients that something happened to, with all that did, to be read after a failure. */
export function recordsWith(
  records: readonly ClientRecord[],
  names: readonly string[],
  since: number,
): readonly string[] {
  const affected = records.filter((record) => names.some((name) => record.count(name) > 0));
  return affected.map((record) => record.describe(since));
}

function expectNone(records: readonly ClientRecord[], names: string[], since: number): void {
  const affected = recordsWith(records, names, since);
  const first = affected.slice(0, 3).join('\n');
  expect(affected.length, `clients with ${names.join(' or ')}:\n${first}\n`).toBe(0);
}

/** Nobody was told that somebody has left, by an event or by a snapshot that lacks them. */
export const expectNoDepartures = (records: readonly ClientRecord[], since: number): void =>
  expectNone(records, departures, since);

/** SPEC 3.7: no change of a room was told twice, or after a later one. */
export const expectChangesInOrder = (records: readonly ClientRecord[], since: number): void =>
  expectNone(records, ['went back'], since);

export const expectNoDisconnects = (records: readonly ClientRecord[], since: number): void =>
  expectNone(records, ['disconnect'], since);

/** Everybody has the name of before, and was never told that the session is over. */
export function expectSessionsKept(speakers: readonly Speaker[], since: number): void {
  const renamed = speakers.filter(({ peerIds }) => peerIds.size !== 1);
  const first = renamed.slice(0, 3).map(({ record }) => record.describe(since));
  expect(renamed.length, `clients with another session:\n${first.join('\n')}\n`).toBe(0);
  const records = speakers.map(({ record }) => record);
  expectNone(records, ['session:ended'], since);
}
