import { readFile, writeFile } from 'node:fs/promises';
import { repositoryPath } from '@switchboard/testkit';
import type { BenchResults } from '../report/results.ts';
import { costsOf } from './costs.ts';
import { costTable, sizingTable } from './sizing-table.ts';

const file = repositoryPath('deploy/README.md');
const [begin, end] = ['<!-- measured -->\n', '<!-- /measured -->\n'];

/** What the results say of how large a cluster has to be. */
export function sizingSection(results: BenchResults): string {
  const costs = costsOf(results);
  const shareOfRedis = 0.5;
  const mostSignals = Math.floor((shareOfRedis * 1e6) / costs.redisUsPerSignalAcross);
  return [
    costTable(costs),
    'What follows from them, by `test/load/sizing`, with half of every core left free, at most 20,000 connections a node, one node more than the load needs, one connection of each user in an hour, and calls of two with fifteen signals each way:',
    sizingTable(costs),
    `A message to another node passes all masters of a Redis Cluster, so that masters make room for joins and sessions, and not for signals: ${mostSignals.toLocaleString('en')} signals a second between nodes take half a core of each.`,
  ].join('\n\n');
}

/** As `deploy/README.md` has it. */
export async function writtenSection(): Promise<string> {
  const text = await readFile(file, 'utf8');
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

export async function writeSection(results: BenchResults): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end))];
  await writeFile(file, `${before}${begin}\n${sizingSection(results)}\n\n${after}`);
}
