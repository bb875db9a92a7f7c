import type { NodeProcess } from '@switchboard/testkit';
import { expect } from 'vitest';
import { TestClient } from './test-client.ts';

/** A call between two clients that goes on while something else is done to their nodes. */
export class UndisturbedCall implements AsyncDisposable {
  readonly #clients: readonly [TestClient, TestClient];
  readonly #roomId: string;
  readonly #received: unknown[] = [];
  readonly #talking: Promise<void>;
  #sent = 0;
  #isOver = false;

  static async begin(roomId: string, nodes: readonly [NodeProcess, NodeProcess]) {
    const [ada, bob] = await Promise.all([
      TestClient.connect(nodes[0]),
      TestClient.connect(nodes[1]),
    ]);
    for (const client of [ada, bob]) await client.must('room:join', { roomId });
    return new UndisturbedCall(roomId, [ada, bob]);
  }

  private constructor(roomId: string, clients: readonly [TestClient, TestClient]) {
    this.#roomId = roomId;
    this.#clients = clients;
    const [, bob] = clients;
    bob.socket.on('signal', ({ data }: { data: unknown }) => this.#received.push(data));
    this.#talking = this.#talk();
    this.#talking.catch(() => undefined);
  }

  /** Ends the call, and checks that every signal has arrived, once and in order. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#talking;
    const [ada, bob] = this.#clients;
    const last = { roomId: this.#roomId, to: ada.peerId, kind: 'custom', data: 'last' };
    const arrived = new Promise((resolve) => ada.socket.once('signal', resolve));
    await bob.must('signal', last);
    await arrived;
    expect(this.#sent).toBeGreaterThan(0);
    expect(this.#received).toEqual(Array.from({ length: this.#sent }, (_, index) => index));
    for (const { socket, told } of this.#clients) {
      expect(socket.connected).toBe(true);
      expect(told.filter(({ name }) => name === 'signal:failed')).toEqual([]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#talking.catch(() => undefined);
    for (const client of this.#clients) client[Symbol.dispose]();
  }

  /** One signal after the other, each when the one before has arrived. */
  async #talk(): Promise<void> {
    const [ada, bob] = this.#clients;
    while (!this.#isOver) {
      const arrived = new Promise((resolve) => bob.socket.once('signal', resolve));
      const data = this.#sent++;
      await ada.must('signal', { roomId: this.#roomId, to: bob.peerId, kind: 'custom', data });
      await arrived;
    }
  }
}
