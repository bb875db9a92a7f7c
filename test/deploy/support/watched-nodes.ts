import { type Cluster, startRedis } from '@switchboard/testkit';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { startNodes } from '../../cluster/start-nodes.ts';
import type { Marks } from './marks.ts';

interface WatchOptions {
  readonly environment: string;
  readonly marks: Marks;
  readonly env?: Readonly<Record<string, string>>;
}

/** Two nodes that demand tokens and log all they can, on a Redis of their own. */
export class WatchedNodes implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly internalSecret: string;
  /** Everything that clients have been refused with. */
  readonly refused: unknown[] = [];
  readonly #marks: Marks;
  readonly #lines: string[];
  readonly #redisUrl: string;
  readonly #resources: AsyncDisposableStack;

  static async start({ environment, marks, env = {} }: WatchOptions): Promise<WatchedNodes> {
    await using starting = new AsyncDisposableStack();
    const redis = starting.use(await startRedis({ own: true }));
    const lines: string[] = [];
    const internalSecret = `${marks.of('internal secret')}-of-the-servers`;
    const cluster = starting.use(
      await startNodes({
        nodes: 2,
        redis: { url: redis.url },
        env: {
          NODE_ENV: environment,
          LOG_LEVEL: 'trace',
          AUTH_MODE: 'required',
          JWT_SECRET: `${marks.of('signing secret')}-of-the-cluster`,
          INTERNAL_SECRET: internalSecret,
          ...env,
        },
        onLine: (_, line) => lines.push(line),
      }),
    );
    const parts = { cluster, internalSecret, marks, lines, redisUrl: redis.url };
    return new WatchedNodes(parts, starting.move());
  }

  private constructor(
    parts: Pick<WatchedNodes, 'cluster' | 'internalSecret'> & {
      readonly marks: Marks;
      readonly lines: string[];
      readonly redisUrl: string;
    },
    resources: AsyncDisposableStack,
  ) {
    this.cluster = parts.cluster;
    this.internalSecret = parts.internalSecret;
    this.#marks = parts.marks;
    this.#lines = parts.lines;
    this.#redisUrl = parts.redisUrl;
    this.#resources = resources;
  }

  get urls(): readonly [string, string] {
    return [this.cluster.node('n1').url, this.cluster.node('n2').url];
  }

  log(): string {
    return this.#lines.join('\n');
  }

  async metrics(): Promise<string> {
    const texts = this.cluster.nodes.map(async ({ opsUrl }) =>
      (await fetch(`${opsUrl}/metrics`)).text(),
    );
    return (await Promise.all(texts)).join('\n');
  }

  /** A token whose claims are to be found nowhere. */
  async token(sub: string, grants: object): Promise<string> {
    const response = await fetch(`${this.urls[0]}/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-internal-secret': this.internalSecret },
      body: JSON.stringify({ sub, name: this.#marks.of(`name of ${sub}`), grants }),
    });
    const { token } = (await response.json()) as { token: string };
    this.#marks.addToken(sub, token);
    return token;
  }

  /** Nodes are told nonsense, and Redis refuses what they send meanwhile. */
  async withRedisRefusing(
    nonsense: string,
    use: (redis: { forbid(...rules: string[]): Promise<unknown> }) => Promise<void>,
  ): Promise<void> {
    const admin = new Redis(this.#redisUrl);
    try {
      const channels = (await admin.pubsub('CHANNELS', '*')) as string[];
      for (const channel of channels) await admin.publish(channel, nonsense);
      await use({ forbid: (...rules) => admin.call('ACL', 'SETUSER', 'default', ...rules) });
    } finally {
      await admin.call('ACL', 'SETUSER', 'default', '+@all');
      admin.disconnect();
    }
  }

  /** Stops the nodes, so that all has been said, and looks for every mark. */
  async expectNothingFound(): Promise<void> {
    const metrics = await this.metrics();
    await Promise.all(this.cluster.nodes.map((node) => node.stop()));
    const found = {
      log: this.#marks.foundIn(this.log()),
      metrics: this.#marks.foundIn(metrics),
      errors: this.#marks.foundIn(JSON.stringify(this.refused)),
    };
    expect(found).toEqual({ log: [], metrics: [], errors: [] });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
