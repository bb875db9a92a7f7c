import { setTimeout as delay } from 'node:timers/promises';
import type { PlainClient } from './plain-client.ts';

/** One state command and its answer. */
export interface Probe {
  /** When it was sent, on the clock of `performance.now()`, and how long the answer took. */
  readonly at: number;
  readonly ms: number;
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
  readonly retryable: boolean | undefined;
}

const everyMs = 100;

/** Asks for a change of state again and again, through a client that is in a room. */
export class Prober implements AsyncDisposable {
  readonly probes: Probe[] = [];
  readonly #working: Promise<void>;
  #isOver = false;

  constructor(client: PlainClient, roomId: string) {
    this.#working = this.#work(client, roomId);
  }

  /** Probes that were sent within a time and answered within it. */
  within(from: number, to: number): readonly Probe[] {
    return this.probes.filter(({ at, ms }) => at >= from && at + ms <= to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  async #work(client: PlainClient, roomId: string): Promise<void> {
    while (!this.#isOver) {
      const at = performance.now();
      const answer = await client.command('media:update', { roomId, media: { camera: true } });
      const ms = performance.now() - at;
      const outcome = answer.ok ? 'ok' : answer.error.code;
      const retryable =
        answer.ok || answer.error.code === 'no answer' ? undefined : answer.error.retryable;
      this.probes.push({ at, ms, outcome, retryable });
      await delay(everyMs);
    }
  }
}
