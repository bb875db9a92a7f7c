import type { RoomId, RoomPattern } from '@switchboard/protocol';

/**
 * Whether a room id is one of those that a pattern stands for: `*` for any characters or none,
 * everything else for itself.
 *
 * Each part between stars is looked for at its first place after the one before. That finds a
 * match whenever there is one, in time bounded by the product of both lengths; a regular
 * expression made of a token's pattern could take for ever.
 */
export function matchesPattern(pattern: RoomPattern, roomId: RoomId): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return roomId === pattern;
  if (roomId.length < first.length + last.length) return false;
  if (!roomId.startsWith(first) || !roomId.endsWith(last)) return false;
  const middle = roomId.slice(first.length, roomId.length - last.length);
  let from = 0;
  for (const part of rest) {
    const at = middle.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
