import type {
  Call,
  CallId,
  CallState,
  JsonValue,
  PeerId,
  RoomId,
  UserId,
} from '@switchboard/protocol';

/** A status, and where there is a call its id, and its fields and their values in turn. */
export type CallAnswer<Status extends string> = [status: Status, id: string, fields: string[]];

/** What of a call no script looks into. */
interface Static {
  readonly name?: string | undefined;
  readonly roomId: RoomId;
  readonly data?: JsonValue | undefined;
}

export const formatStatic = ({ name, roomId, data }: Static): string =>
  JSON.stringify({ name, roomId, data } satisfies Static);

/** Reads the call out of an answer; see prelude.lua. */
export function parseCall([, id, entries]: CallAnswer<string>): Call {
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < entries.length; index += 2) {
    fields.set(entries[index] as string, entries[index + 1] as string);
  }
  const text = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`a call was stored without ${name}`);
    return value;
  };
  const toPeer = fields.get('to_peer');
  const answeredAt = fields.get('answered_at');
  const endedAt = fields.get('ended_at');
  const { name, roomId, data }: Static = JSON.parse(text('static'));
  return {
    callId: id as CallId,
    rev: Number(text('rev')),
    state: text('state') as CallState,
    from: {
      userId: text('from') as UserId,
      peerId: text('from_peer') as PeerId,
      ...(name !== undefined && { name }),
    },
    to: { userId: text('to') as UserId, ...(toPeer !== undefined && { peerId: toPeer as PeerId }) },
    roomId,
    createdAt: Number(text('created_at')),
    ringsUntil: Number(text('rings_until')),
    ...(answeredAt !== undefined && { answeredAt: Number(answeredAt) }),
    ...(endedAt !== undefined && { endedAt: Number(endedAt) }),
    ...(data !== undefined && { data }),
  };
}
