import { setTimeout as delay } from 'node:timers/promises';
import { PlainClient } from './plain-client.ts';

export interface IntrudersOptions {
  readonly url: string;
  /** Full rooms; each gets an intruder of its own. */
  readonly roomIds: readonly string[];
}

/** Between two attempts of one intruder. */
const pauseMs = 20;

/**
 * Clients that try to get into rooms that are full, again and again.
 * Disposing them waits for the attempts that are under way.
 */
export class Intruders implements AsyncDisposable {
  readonly #clients: readonly PlainClient[];
  readonly #working: Promise<unknown>;
  /** Answers by `ok` or the code of the refusal. */
  readonly outcomes = new Map<string, number>();
  #isOver = false;

  private constructor(clients: readonly PlainClient[], { roomIds }: IntrudersOptions) {
    this.#clients = clients;
    const intrude = async (roomId: string, index: number) => {
      const client = clients[index];
      while (client && !this.#isOver) await this.#intrude(client, roomId);
    };
    this.#working = Promise.all(roomIds.map(intrude));
  }

  static async start(options: IntrudersOptions): Promise<Intruders> {
    const clients = options.roomIds.map(
      (roomId) => new PlainClient({ name: `intruder of ${roomId}`, url: options.url }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    return new Intruders(clients, options);
  }

  get peerIds(): ReadonlySet<string> {
    return new Set(this.#clients.flatMap(({ peerIds }) => [...peerIds]));
  }

  /** How many got in. */
  get successes(): number {
    return this.outcomes.get('ok') ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#working;
    for (const client of this.#clients) client.close();
  }

  async #intrude(client: PlainClient, roomId: string): Promise<void> {
    const answer = await client.command('room:join', { roomId });
    const outcome = answer.ok ? 'ok' : answer.error.code;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    await delay(pauseMs);
  }
}
