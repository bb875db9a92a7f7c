/**
 * Measures what grows with rooms, users and sessions, and writes the figures:
 * `npm run bench:growth -- [--only joins,listing,presence,reaper] [--out folder]`. A run of some
 * parts writes only where it is told.
 */
import { parseArgs } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';
import { measureJoins } from './growth/measure-joins.ts';
import { measureListing } from './growth/measure-listing.ts';
import { measurePresence } from './growth/measure-presence.ts';
import { measureReaper } from './growth/measure-reaper.ts';
import { render } from './report/render.ts';
import { writeResults } from './report/results.ts';

const parts = {
  joins: () => measureJoins([2, 10, 50, 100, 200]),
  listing: () => measureListing([100, 100_000]),
  presence: () => measurePresence([100, 1_000, 5_000]),
  reaper: async () => [await measureReaper(10_000)],
};

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
const only = values.only?.split(',');
const figures: Record<string, readonly object[]> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (only && !only.includes(name)) continue;
  figures[name] = await measure();
  console.log(name);
  console.table(figures[name]);
}
const out = values.out ?? (only ? undefined : repositoryPath('test/load/results'));
if (out) await writeResults(out, 'growth', figures);
await render(repositoryPath('test/load'));
// Sockets of a cluster that has just ended keep the process for a while.
process.exit(0);
