import type { RoomRef } from '@switchboard/core';
import type { NodeId } from '@switchboard/protocol';

/** Enough that the slots of a large Redis Cluster are used evenly, few enough to walk over. */
const partitionCount = 256;

/**
 * All names that this project uses in Redis, in one place.
 *
 * What must change together carries the same partition tag (`{p17}`), which puts it into one
 * hash slot, as a script on a Redis Cluster demands.
 */
export class Keys {
  readonly #prefix: string;

  /** @param prefix separates installations that share a Redis. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The hashes of a room, in the order in which the scripts expect them. */
  room({ tenant, roomId }: RoomRef): [room: string, members: string, nodes: string] {
    const name = `${tenant}:${roomId}`;
    const base = `${this.#prefix}{p${partitionOf(name)}}:room:${name}`;
    return [base, `${base}:members`, `${base}:nodes`];
  }

  /** What the name of every node's channel begins with. */
  get channelPrefix(): string {
    return `${this.#prefix}node:`;
  }

  channel(node: NodeId): string {
    return this.channelPrefix + node;
  }
}

/** FNV-1a over UTF-16 code units: stable across versions, as stored names must be. */
function partitionOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitionCount;
}
