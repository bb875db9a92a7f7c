/**
 * Measures all targets and writes the figures as JSON, tables and plots:
 * `npm run bench -- [--targets a,b | --targets aims] [--runs 1] [--rounds 3] [--seconds 3]
 * [--rate 8000] [--idle 10000] [--out folder]`. A run of some targets writes only where it is told.
 */
import { parseArgs } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';
import { measureGroup } from './measure/measure-group.ts';
import { measureIdle } from './measure/measure-idle.ts';
import { measureRedisBytes } from './measure/measure-redis-bytes.ts';
import { aims } from './report/aims.ts';
import { peerTable } from './report/peer-table.ts';
import { render } from './report/render.ts';
import { type BenchResults, writeResults } from './report/results.ts';
import { changeTable, fullTable, idleTable, ratioTable, steadyTable } from './report/tables.ts';
import { groups } from './targets/targets.ts';

const { values } = parseArgs({
  options: {
    targets: { type: 'string' },
    runs: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '8000' },
    pairs: { type: 'string', default: '128' },
    /** Idle connections for the figure of memory; 0 leaves it out. */
    idle: { type: 'string', default: '10000' },
    out: { type: 'string' },
  },
});
const ofAims = [...new Set<string>(aims.flatMap(({ of, against }) => [of, against]))];
const wanted = values.targets === 'aims' ? ofAims : values.targets?.split(',');
const chosen = groups
  .map((group) => group.filter(({ name }) => !wanted || wanted.includes(name)))
  .filter((group) => group.length > 0);
const settings = {
  seconds: Number(values.seconds),
  rate: Number(values.rate),
  pairs: Number(values.pairs),
  rounds: Number(values.rounds),
};
const out = values.out ?? (wanted ? undefined : repositoryPath('test/load/results'));

const results: BenchResults = { settings, rounds: [], idle: [], redisBytes: null };

for (let run = 1; run <= Number(values.runs); run++) {
  for (const group of chosen) {
    results.rounds.push(...(await measureGroup(group, { ...settings, run })));
    console.error(`run ${run}: ${group.map(({ name }) => name).join(', ')}`);
  }
}
const idleTargets: ReadonlySet<string> = new Set(['switchboard-memory', 'plain-memory']);
for (const target of values.idle === '0' ? [] : chosen.flat()) {
  if (idleTargets.has(target.name)) {
    results.idle.push(await measureIdle(target, Number(values.idle)));
  }
}
if (!wanted) results.redisBytes = await measureRedisBytes();

const { rounds, idle } = results;
console.log(`At ${settings.rate} signals/s:\n\n${steadyTable(rounds)}\n`);
console.log(`With ${2 * settings.pairs} signals under way:\n\n${fullTable(rounds)}\n`);
console.log(
  `${changeTable(rounds)}\n\n${idleTable(idle)}\n\n${peerTable(rounds)}\n\n${ratioTable(rounds)}`,
);
if (results.redisBytes) console.log('\nbytes in Redis:', results.redisBytes);
if (out) await writeResults(out, wanted ? 'aims' : 'bench', results);
await render(repositoryPath('test/load'));
// Sockets of a target that has just ended keep the process for a while.
process.exit(0);
