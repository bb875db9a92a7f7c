import { parseArgs } from 'node:util';
import { observe } from './measure/observe.ts';
import { targets } from './targets/targets.ts';
import { Crowd } from './traffic/crowd.ts';
import { Generator } from './traffic/generator.ts';

const { values } = parseArgs({
  options: {
    targets: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '6000' },
    pairs: { type: 'string', default: '128' },
    window: { type: 'string', default: '256' },
  },
});
const wanted = values.targets?.split(',');
const seconds = Number(values.seconds);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const target of targets) {
    if (wanted && !wanted.includes(target.name)) continue;
    await using running = await target.start();
    const ports = running.nodes.map(({ port }) => port);
    using crowd = await Crowd.gather({
      dialect: target.dialect,
      ports,
      pairs: Number(values.pairs),
    });
    const generator = new Generator(crowd);
    await generator.saturating(Number(values.window), seconds);
    if (process.env['PAUSE']) {
      console.log(
        'pids',
        running.nodes.map(({ pid }) => pid),
      );
      await generator.atRate(Number(values.rate), 15);
    }
    for (const [name, phase] of [
      ['rate', () => generator.atRate(Number(values.rate), seconds)],
      ['full', () => generator.saturating(Number(values.window), seconds)],
    ] as const) {
      const cost = await observe(running, phase);
      const f = (n: number) => n.toFixed(2).padStart(8);
      console.log(
        target.name.padEnd(28),
        name,
        f(cost.nodesUs),
        f(cost.redisUs),
        f(cost.nodesUs + cost.redisUs),
        'cmd',
        f(cost.redisCommands),
        'per s',
        Math.round(cost.received / cost.seconds),
        'lost',
        cost.sent - cost.received,
        'p50/99/99.9',
        f(cost.latencyMs.p50),
        f(cost.latencyMs.p99),
        f(cost.latencyMs.p999),
      );
    }
  }
}
process.exit(0);
