import type { RunningTarget, Target } from '../targets/target.ts';
import { type BenchSettings, measureRound, quieten, type Round, warmUp } from './measure-round.ts';

export interface GroupSettings extends BenchSettings {
  readonly rounds: number;
  readonly run: number;
}

/**
 * Starts some targets side by side, warms all of them up, and measures them in turn, round after
 * round: whatever changes in the machine meanwhile, changes for all. The ones that wait do next to
 * nothing.
 */
export async function measureGroup(
  group: readonly Target[],
  settings: GroupSettings,
): Promise<Round[]> {
  await using started = new AsyncDisposableStack();
  const running: (readonly [Target, RunningTarget])[] = [];
  for (const target of group) {
    const own = started.use(await target.start());
    await warmUp(target, own, settings.pairs);
    running.push([target, own]);
  }
  const measured: Round[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    // Another one begins each time: who goes before may matter.
    const order = [
      ...running.slice(round % group.length),
      ...running.slice(0, round % group.length),
    ];
    for (const [target, own] of order) {
      await quieten();
      measured.push(await measureRound(target, own, settings));
    }
  }
  return measured;
}
