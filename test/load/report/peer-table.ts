import type { Round } from '../measure/measure-round.ts';
import { spreadOf } from '../measure/statistics.ts';
import { cpuOf, type PhaseName } from './aims.ts';
import { table } from './tables.ts';

const isOurs = (target: string): boolean => target.startsWith('switchboard');

/** What a target of so many nodes is compared with: peers of as many. */
const peerOf = (target: string): string => target.replace(/-\d+$/, '');

/**
 * CPU of a signal of each of our targets over that of each peer of as many nodes, at the fixed rate
 * and with all under way, by the medians of all rounds.
 */
export function peerTable(rounds: readonly Round[]): string {
  const nodesOf = new Map(rounds.map(({ target, nodes }) => [target, nodes]));
  const targets = [...nodesOf.keys()];
  const peers = targets.filter((target) => !isOurs(target));
  const columns = [...new Set(peers.map(peerOf))];
  const cpu = (target: string, phase: PhaseName) =>
    spreadOf(rounds.filter((round) => round.target === target).map((round) => cpuOf(round, phase)))
      .median;
  const cell = (own: string, column: string) => {
    const peer = peers.find(
      (each) => peerOf(each) === column && nodesOf.get(each) === nodesOf.get(own),
    );
    if (!peer) return '';
    const ratio = (phase: PhaseName) => (cpu(own, phase) / cpu(peer, phase)).toFixed(2);
    return `${ratio('steady')}, ${ratio('full')}`;
  };
  return table(
    ['over', ...columns],
    targets.filter(isOurs).map((own) => [own, ...columns.map((column) => cell(own, column))]),
  );
}
