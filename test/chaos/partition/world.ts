import type { NodeProcess } from '@switchboard/testkit';
import { rosterOf } from '../driver/known-room.ts';
import { PlainClient } from '../driver/plain-client.ts';
import type { Random } from '../driver/random.ts';
import type { Operation } from './schedule.ts';

/** A client, and what the model says of it. */
export interface Inhabitant {
  readonly client: PlainClient;
  readonly roomId: string;
  /** Stays from the beginning to the end, and is to see everything right. */
  readonly isWitness: boolean;
  /** `entering`: it has not been let in yet, and asks again. */
  state: 'entering' | 'in' | 'out' | 'gone';
  /** Joins that were not answered with success: each may have let it in, and been undone since. */
  refusals: number;
}

const roomCount = 4;
const againMs = 250;

/**
 * Clients in rooms, and the model of who is in them by the rules: whoever entered and neither
 * left nor said goodbye, whatever happened to connections and nodes.
 */
export class World implements AsyncDisposable {
  readonly inhabitants: Inhabitant[] = [];
  readonly #nodes: readonly NodeProcess[];
  readonly #random: Random;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(nodes: readonly NodeProcess[], random: Random) {
    this.#nodes = nodes;
    this.#random = random;
  }

  get roomIds(): readonly string[] {
    return Array.from({ length: roomCount }, (_, index) => `room${index}`);
  }

  /** In every room a witness on every node, and some who come and go. */
  async populate(): Promise<void> {
    for (const roomId of this.roomIds) {
      for (const node of this.#nodes) {
        await this.#admit(node, roomId, true);
        await this.#admit(node, roomId, false);
      }
    }
  }

  /** Who is to be in a room, as a roster. */
  expectedIn(roomId: string): readonly string[] {
    const present = this.inhabitants.filter((one) => one.roomId === roomId && one.state === 'in');
    return rosterOf(present.map(({ client }) => ({ peerId: client.peerId, connected: true })));
  }

  /** Lets somebody do that; nobody waits for what comes of it. */
  operate(operation: Operation): void {
    const random = this.#random;
    const node = random.pick(this.#nodes);
    const roomId = random.pick(this.roomIds);
    if (operation === 'enter') {
      this.#track(this.#admit(node, roomId, false));
      return;
    }
    const present = this.inhabitants.filter(({ state }) => state === 'in');
    const mayLeave = present.filter(({ isWitness }) => !isWitness);
    const candidates = operation === 'goodbye' || operation === 'leave' ? mayLeave : present;
    if (candidates.length === 0) return;
    const one = random.pick(candidates);
    switch (operation) {
      case 'roam':
        one.client.moveTo(node.url);
        one.client.loseTransport();
        return;
      case 'lose transport':
        one.client.loseTransport();
        return;
      case 'toggle': {
        const media = { camera: random.next() < 0.5 };
        this.#track(one.client.command('media:update', { roomId: one.roomId, media }));
        return;
      }
      case 'goodbye':
        one.state = 'gone';
        one.client.close();
        return;
      case 'leave':
        // Answered or not: a leave is carried out as soon as it can be (SPEC 3.2).
        one.state = 'out';
        this.#track(this.#leave(one));
    }
  }

  /** Resolves when all that was begun has been answered. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.inhabitants) {
      if (one.state === 'entering') one.state = 'gone';
      one.client.close();
    }
    await this.settled();
  }

  async #admit(node: NodeProcess, roomId: string, isWitness: boolean): Promise<void> {
    const name = `${roomId} ${isWitness ? 'witness' : 'visitor'} ${this.inhabitants.length}`;
    const client = new PlainClient({ name, url: node.url });
    const one: Inhabitant = { client, roomId, isWitness, state: 'entering', refusals: 0 };
    this.inhabitants.push(one);
    await client.connect();
    while (one.state === 'entering' && !isOver(client)) {
      const answer = await client.join(roomId);
      if (!answer.ok) one.refusals += 1;
      if (answer.ok && one.state === 'entering') one.state = 'in';
      else await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }

  /** A client that gets no answer because its connection was lost asks again. */
  async #leave({ client, roomId }: Inhabitant): Promise<void> {
    while (!isOver(client)) {
      const answer = await client.command('room:leave', { roomId });
      if (answer.ok || answer.error.code !== 'no answer') return;
    }
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }
}

/** The cluster has sent it away, for good. */
const isOver = ({ record }: PlainClient): boolean => record.count('session:ended') > 0;
