import type {
  Member,
  RoomPosition,
  RoomPreparation,
  RoomProgress,
  RoomState,
} from '@switchboard/core';
import type {
  DuplicatePolicy,
  Incarnation,
  NodeId,
  PeerId,
  RoomStatus,
} from '@switchboard/protocol';
import { parseFlags } from './member-flags.ts';
import { parseRole } from './member-role.ts';

/** What every script answers: a status, and behind it what belongs to that. */
export type Answer<Status extends string> = [status: Status, ...rest: unknown[]];

/** Where a change has led its room, as it stands in an answer. */
export function parsePosition(position: readonly unknown[]): RoomPosition {
  const [incarnation, rev] = position as [Incarnation, string | number];
  return { incarnation, rev: Number(rev) };
}

/** The fields of a room in the order of `answer` in prelude.lua. */
type Fields = [
  incarnation: Incarnation,
  rev: string,
  capacity: string,
  duplicates: DuplicatePolicy,
  status: RoomStatus,
  createdAt: string,
  updatedAt: string,
  startedAt: string | null,
  endedAt: string | null,
  prepared: string | null,
  messages: string | null,
];

/** Reads the room out of what `answer` in prelude.lua answers. */
export function parseState(answer: Answer<string>): RoomState {
  const [, fields, members, annotations] = answer as [string, Fields, string[], number];
  const [incarnation, rev, capacity, duplicates, , createdAt, updatedAt, , , prepared, messages] =
    fields;
  return {
    incarnation,
    rev: Number(rev),
    capacity: Number(capacity),
    duplicates,
    progress: parseProgress(fields),
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
    preparation: prepared === null ? null : (JSON.parse(prepared) as RoomPreparation),
    members: parseMembers(members),
    messages: Number(messages ?? 0),
    annotations,
  };
}

/** Where the room is, as `answer` in prelude.lua says it. */
export function parseStatePosition(answer: Answer<string>): RoomPosition {
  const { incarnation, rev } = parseState(answer);
  return { incarnation, rev };
}

function parseProgress([, , , , status, , , startedAt, endedAt]: Fields): RoomProgress {
  switch (status) {
    case 'waiting':
      return { status };
    case 'in-progress':
      return { status, startedAt: Number(startedAt) };
    case 'ended':
      return {
        status,
        startedAt: startedAt === null ? null : Number(startedAt),
        endedAt: Number(endedAt),
      };
  }
}

/** HGETALL answers names and values in turn. */
function parseMembers(fields: readonly string[]): Member[] {
  const members: Member[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    members.push(parseMember(fields[index] as PeerId, fields[index + 1] as string));
  }
  return members.sort((a, b) => a.participant.seat - b.participant.seat);
}

/** `<epoch> <node> <seat> <flags> <user> <role> <json>`; see prelude.lua. */
function parseMember(peerId: PeerId, value: string): Member {
  const head = value.split(' ', 6);
  const [epoch, node, seat, flags, , role] = head as [
    string,
    NodeId,
    string,
    string,
    string,
    string,
  ];
  const json = value.slice(head.join(' ').length + 1);
  const rest: { name?: string; joinedAt: number } = JSON.parse(json);
  return {
    participant: { peerId, ...rest, ...parseRole(role), ...parseFlags(flags), seat: Number(seat) },
    node,
    epoch: Number(epoch),
  };
}
