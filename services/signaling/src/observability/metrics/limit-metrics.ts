import { Counter, Gauge, type Registry } from 'prom-client';

const parties = ['address', 'user'] as const;
type Party = (typeof parties)[number];

/** What addresses and users were held back from. */
export class LimitMetrics {
  readonly limited: Counter<'by'>;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.limited = new Counter({
      name: 'switchboard_rate_limited_total',
      help: 'Messages refused as too many for their address, or their user, and requests over HTTP as too many for their address; messages that were too many for their own session are not among them.',
      labelNames: ['by'],
      registers: [registry],
    });
    for (const by of [...parties, 'http']) this.limited.inc({ by }, 0);
  }

  /** To be called once. */
  observe(sizes: { readonly [P in Party]: () => number }): void {
    new Gauge({
      name: 'switchboard_limited_parties',
      help: 'Addresses and users of whom this node keeps in mind what they send.',
      labelNames: ['of'],
      registers: [this.#registry],
      collect() {
        for (const of of parties) this.set({ of }, sizes[of]());
      },
    });
  }
}
