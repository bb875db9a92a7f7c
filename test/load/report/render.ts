/** Writes `RESULTS.md`, its plots and the sizing in `deploy/README.md` from the figures in `results/`. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';
import type { JoinFigures } from '../growth/measure-joins.ts';
import type { ListingFigures } from '../growth/measure-listing.ts';
import type { PresenceFigures } from '../growth/measure-presence.ts';
import type { ReaperFigures } from '../growth/measure-reaper.ts';
import type { Round } from '../measure/measure-round.ts';
import { spreadOf } from '../measure/statistics.ts';
import { writeSection } from '../sizing/sizing-section.ts';
import type { SoakSample } from '../soak/soak.ts';
import { cpuOf } from './aims.ts';
import { barChart } from './bar-chart.ts';
import { peerTable } from './peer-table.ts';
import { type BenchResults, type Machine, type Results, readResults } from './results.ts';
import { changeTable, fullTable, idleTable, ratioTable, steadyTable, table } from './tables.ts';

export interface GrowthResults {
  readonly joins: readonly JoinFigures[];
  readonly listing: readonly ListingFigures[];
  readonly presence: readonly PresenceFigures[];
  readonly reaper: readonly ReaperFigures[];
}

export interface SoakResults {
  readonly samples: readonly SoakSample[];
  readonly growth: number;
}

/** @param folder of `RESULTS.md`; what has been measured is in its `results`. */
export async function render(folder: string): Promise<void> {
  const results = join(folder, 'results');
  const bench = await readResults<BenchResults>(results, 'bench');
  const aims = await readResults<BenchResults>(results, 'aims');
  const growth = await readResults<GrowthResults>(results, 'growth');
  const soak = await readResults<SoakResults>(results, 'soak');
  if (bench) await writeSection(bench);
  const parts = [
    '# Results\n\nWritten by `npm run bench`, `npm run bench:growth` and `npm run soak` from `results/`; what was tried to get there is in [PERFORMANCE.md](PERFORMANCE.md). A figure is the median of the rounds, with the least and the most in brackets. CPU is user and system time of all processes of a target, as the scheduler counts it. A target `-4` has four nodes and one Redis; what is `plain` is the thirty lines of `peers/socket-io-relay.ts`.',
    ...(bench ? [await benchPart(bench, results)] : []),
    ...(aims ? [aimsPart(aims)] : []),
    ...(growth ? [growthPart(growth)] : []),
    ...(soak ? [soakPart(soak)] : []),
  ];
  const file = join(folder, 'RESULTS.md');
  await writeFile(file, `${parts.join('\n\n')}\n`);
  // Tables as the rest of the repository has them.
  const formatter = repositoryPath('node_modules/.bin/biome');
  await promisify(execFile)(formatter, [
    'format',
    '--write',
    file,
    repositoryPath('deploy/README.md'),
  ]);
}

const measuredOn = ({ date, commit, cpu, cores, memoryGb, node, redis, load }: Machine): string =>
  `${date}, commit ${commit}, ${cores} cores of an ${cpu}, ${memoryGb} GB, Node ${node}, Redis ${redis}; load average at the end ${load}.`;

async function benchPart(bench: Results<BenchResults>, folder: string): Promise<string> {
  const { machine, settings, rounds, idle, redisBytes } = bench;
  await writeFile(
    join(folder, 'steady.svg'),
    chart('CPU µs for a signal at the fixed rate', rounds, (round) => cpuOf(round, 'steady')),
  );
  await writeFile(
    join(folder, 'full.svg'),
    chart('CPU µs for a signal with all under way', rounds, (round) => cpuOf(round, 'full')),
  );
  await writeFile(
    join(folder, 'received.svg'),
    chart(
      'Messages that nodes receive from Redis for a signal',
      rounds.filter(({ received }) => received > 0),
      ({ received }) => received,
    ),
  );
  return [
    `## Side by side\n\n${measuredOn(machine)} ${settings.rounds} rounds in turn, ${2 * settings.pairs} clients.`,
    `### At ${settings.rate} signals/s\n\n![CPU of a signal](results/steady.svg)\n\n![messages received](results/received.svg)\n\n${steadyTable(rounds)}`,
    `### With ${2 * settings.pairs} signals under way\n\n![CPU of a signal](results/full.svg)\n\n${fullTable(rounds)}`,
    `### Connections and joins\n\n${changeTable(rounds)}\n\n${idleTable(idle)}`,
    redisBytes
      ? `In Redis, a session takes ${redisBytes.session.toFixed(0)} bytes, and a room with two in it ${redisBytes.roomOfTwo.toFixed(0)} more.`
      : '',
    `### Ratios\n\nCPU of a signal over that of each peer of as many nodes, at the fixed rate and with all under way:\n\n${peerTable(rounds)}\n\nWhat the design asks for:\n\n${ratioTable(rounds)}`,
  ].join('\n\n');
}

const aimsPart = ({ machine, settings, rounds }: Results<BenchResults>): string =>
  `## The aims, run after run\n\n${measuredOn(machine)} Every run starts all processes anew and takes the medians of ${settings.rounds} rounds.\n\n${ratioTable(rounds)}`;

function growthPart({ machine, joins, listing, presence, reaper }: Results<GrowthResults>): string {
  return [
    `## Growth\n\n${measuredOn(machine)}`,
    `The last participant of a room joins it, on four nodes; everybody in it is told:\n\n${figuresTable(joins)}`,
    `Rooms listed over HTTP, a page at a time:\n\n${figuresTable(listing)}`,
    `A user comes and goes while so many are online; a watcher on another node is told:\n\n${figuresTable(presence)}`,
    `A node dies with so many sessions that do not come back (lease 6 s, grace 20 s), and the other one ends them; meanwhile two clients of that one signal:\n\n${figuresTable(reaper)}`,
  ].join('\n\n');
}

const soakPart = ({ machine, samples, growth }: Results<SoakResults>): string =>
  `## Churn\n\n${measuredOn(machine)} Two nodes; crowds of 64 come, meet, signal and go, every fourth one without a goodbye. Held is what V8 has in use after a collection of garbage. By least squares the nodes hold ${growth.toFixed(0)} bytes more for each session that has come and gone.\n\n${figuresTable(samples)}`;

/** A row each, a column for each property. */
const figuresTable = <T extends object>(figures: readonly T[]): string =>
  table(
    Object.keys(figures[0] ?? {}).map(inWords),
    figures.map((each) =>
      Object.values(each).map((value) =>
        Number.isInteger(value) ? `${value}` : Number(value).toFixed(1),
      ),
    ),
  );

/** `medianMs` → `median ms`, `heldMiB` → `held MiB`. */
const inWords = (name: string): string =>
  name.replaceAll(/(?<=[a-z0-9])(MiB|[A-Z])/g, (word) =>
    word === 'MiB' ? ' MiB' : ` ${word.toLowerCase()}`,
  );

function chart(title: string, rounds: readonly Round[], of: (round: Round) => number): string {
  const names = [...new Set(rounds.map(({ target }) => target))];
  return barChart(
    title,
    names.map((label) => {
      const { median, min, max } = spreadOf(
        rounds.filter(({ target }) => target === label).map(of),
      );
      return { label, value: median, min, max, isOurs: label.startsWith('switchboard') };
    }),
  );
}
