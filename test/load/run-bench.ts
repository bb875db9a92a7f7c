/**
 * Measures all targets in turn, round after round, and writes the figures as JSON and as tables:
 * `npm run bench -- [--targets a,b] [--rounds 3] [--seconds 3] [--rate 2000] [--idle 10000]`.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';
import { measureIdle, measureTarget, type Round } from './measure/measure-target.ts';
import { ratioTable, targetTable } from './report/tables.ts';
import type { Target } from './targets/target.ts';
import { targets } from './targets/targets.ts';

const { values } = parseArgs({
  options: {
    targets: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '2000' },
    pairs: { type: 'string', default: '128' },
    /** Idle connections for the figure of memory; 0 leaves it out. */
    idle: { type: 'string', default: '10000' },
    out: { type: 'string', default: repositoryPath('test/load/results.json') },
  },
});
const wanted = values.targets?.split(',');
const chosen = targets.filter(({ name }) => !wanted || wanted.includes(name));
const settings = {
  seconds: Number(values.seconds),
  rate: Number(values.rate),
  pairs: Number(values.pairs),
};

const rounds: Round[] = [];
const idleBytes: Record<string, number> = {};
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };

/** After every round, so that a run that is cut short has not been for nothing. */
async function report(): Promise<void> {
  const content = { date: new Date().toISOString(), machine, settings, rounds, idleBytes };
  await writeFile(values.out, `${JSON.stringify(content, null, 1)}\n`);
  console.log(`\n${targetTable(rounds)}\n\n${ratioTable(rounds)}\n`);
}

for (let round = 0; round < Number(values.rounds); round++) {
  for (const target of chosen) {
    rounds.push(await measureTarget(target, settings));
    console.log(`round ${round + 1}: ${target.name}`);
  }
  await report();
}
const isIdleTarget = ({ name }: Target) => name === 'switchboard-memory' || name === 'plain-memory';
for (const target of values.idle === '0' ? [] : chosen.filter(isIdleTarget)) {
  idleBytes[target.name] = await measureIdle(target, Number(values.idle));
}
await report();
console.log('resident bytes of an idle connection:', idleBytes);
// Sockets of a target that has just ended keep the process for a while.
process.exit(0);
