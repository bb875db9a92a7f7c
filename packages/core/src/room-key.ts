import type { RoomRef } from './ports/room-store.ts';

/** Names a room within a process. */
export type RoomKey = string & { readonly __brand: 'RoomKey' };

/** A tenant has no colon, so no two rooms share a key. */
export const roomKey = ({ tenant, roomId }: RoomRef): RoomKey => `${tenant}:${roomId}` as RoomKey;
