import { createHash } from 'node:crypto';
import type { RoomId, TenantId } from '@switchboard/protocol';

/**
 * What the log calls a room. People name rooms, and after people; so it is the beginning of a
 * digest, the same in all lines about the room, which who knows the room can work out:
 * `printf '<tenant>:<room>' | sha256sum | head -c 12`.
 */
export const roomTag = (tenant: TenantId, roomId: RoomId): string =>
  createHash('sha256').update(`${tenant}:${roomId}`).digest('hex').slice(0, 12);
