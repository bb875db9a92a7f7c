import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { namespace } from '@switchboard/protocol';
import type { NodeProcess } from '@switchboard/testkit';
import { io } from 'socket.io-client';
import { CallClient } from '../cluster/call-client.ts';
import { disposing, TestClient } from '../cluster/test-client.ts';

/** Between two rounds of whoever takes part. */
const paceMs = 40;
/** Rounds after which two clients meet in another room. */
const roundsTogether = 15;

/**
 * A little of everything that clients do, for as long as it lasts: some come and go, some talk
 * to each other, some lose their connection and come back. What fails on the way, because a test
 * has broken something, is begun anew.
 */
export class SteadyLoad implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #work: readonly Promise<void>[];

  constructor(nodes: readonly NodeProcess[]) {
    const neighbours = nodes.map((node, index) => [node, nodes[(index + 1) % nodes.length]]);
    this.#work = [
      ...nodes.map((node) => this.#repeat(() => this.#comeAndGo(node))),
      ...nodes.map((node) => this.#repeat(() => this.#talk(node, node))),
      ...neighbours.map(([one, other]) =>
        this.#repeat(() => this.#talk(one as NodeProcess, other as NodeProcess)),
      ),
      ...nodes.map((node) => this.#repeat(() => this.#comeBack(node))),
      ...neighbours.map(([one, other]) =>
        this.#repeat(() => this.#call(one as NodeProcess, other as NodeProcess)),
      ),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#work);
  }

  async #repeat(work: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await work().catch(() => undefined);
      await this.#pause();
    }
  }

  async #comeAndGo(node: NodeProcess): Promise<void> {
    using client = await TestClient.connect(node);
    for (let round = 0; !this.#stop.signal.aborted; round += 1) {
      const roomId = `visited-${round % 3}`;
      // Refused or not, it is asked for again.
      await client.send('room:join', { roomId });
      await client.send('room:leave', { roomId });
      await this.#pause();
    }
  }

  async #talk(one: NodeProcess, other: NodeProcess): Promise<void> {
    const [ada, bob] = await Promise.all([TestClient.connect(one), TestClient.connect(other)]);
    using _ = disposing([ada, bob]);
    for (let meeting = 0; !this.#stop.signal.aborted; meeting += 1) {
      const roomId = `talk-${ada.peerId}-${meeting}`;
      for (const client of [ada, bob]) await client.must('room:join', { roomId });
      for (let round = 0; round < roundsTogether; round += 1) {
        const to = { roomId, to: bob.peerId };
        await ada.must('signal', { ...to, kind: 'offer', data: { type: 'offer', sdp: 'v=0' } });
        const back = { roomId, to: ada.peerId };
        await bob.must('signal', { ...back, kind: 'answer', data: { type: 'answer', sdp: 'v=0' } });
        await ada.must('signal', { ...to, kind: 'candidate', data: { candidate: '' } });
        await this.#pause();
      }
      for (const client of [ada, bob]) await client.must('room:leave', { roomId });
    }
  }

  async #call(one: NodeProcess, other: NodeProcess): Promise<void> {
    const connect = (node: NodeProcess) => CallClient.connect(node, `user-${randomUUID()}`);
    const [ada, bob] = await Promise.all([connect(one), connect(other)]);
    using _ = disposing([ada, bob]);
    while (!this.#stop.signal.aborted) {
      const { call } = await ada.must('call:invite', { to: bob.userId });
      await this.#pause();
      await bob.must('call:accept', { callId: call.callId });
      await this.#pause();
      await ada.must('call:end', { callId: call.callId });
    }
  }

  async #comeBack(node: NodeProcess): Promise<void> {
    const options = { transports: ['websocket'], forceNew: true, reconnectionDelayMax: 500 };
    const socket = io(`${node.url}${namespace}`, options);
    try {
      while (!this.#stop.signal.aborted) {
        await new Promise<void>((resolve) => {
          socket.once('welcome', () => resolve());
          this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await this.#pause();
        socket.io.engine.close();
      }
    } finally {
      socket.disconnect();
    }
  }

  #pause(): Promise<void> {
    return delay(paceMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
