import type { Member, RoomPosition, RoomState } from '@switchboard/core';
import type { DuplicatePolicy, Incarnation, NodeId, PeerId } from '@switchboard/protocol';
import { parseFlags } from './member-flags.ts';

/** What every script answers: a status, and behind it what belongs to that. */
export type Answer<Status extends string> = [status: Status, ...rest: unknown[]];

/** Where a change has led its room, as it stands in an answer. */
export function parsePosition(position: readonly unknown[]): RoomPosition {
  const [incarnation, rev] = position as [Incarnation, string | number];
  return { incarnation, rev: Number(rev) };
}

/** Reads the room out of what `answer` in prelude.lua answers. */
export function parseState(answer: Answer<string>): RoomState {
  const [, incarnation, rev, capacity, duplicates, members, messages, annotations] = answer as [
    string,
    Incarnation,
    string,
    string,
    DuplicatePolicy,
    string[],
    string | null,
    number,
  ];
  return {
    incarnation,
    rev: Number(rev),
    capacity: Number(capacity),
    duplicates,
    members: parseMembers(members),
    messages: Number(messages ?? 0),
    annotations,
  };
}

/** HGETALL answers names and values in turn. */
function parseMembers(fields: readonly string[]): Member[] {
  const members: Member[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    members.push(parseMember(fields[index] as PeerId, fields[index + 1] as string));
  }
  return members.sort((a, b) => a.participant.seat - b.participant.seat);
}

/** `<epoch> <node> <seat> <flags> <user> <json>`; see prelude.lua. */
function parseMember(peerId: PeerId, value: string): Member {
  const head = value.split(' ', 5);
  const [epoch, node, seat, flags] = head as [string, NodeId, string, string];
  const json = value.slice(head.join(' ').length + 1);
  const rest: { name?: string; joinedAt: number } = JSON.parse(json);
  return {
    participant: { peerId, ...rest, ...parseFlags(flags), seat: Number(seat) },
    node,
    epoch: Number(epoch),
  };
}
