import { ask } from '../clients/ask.ts';
import type { Connection } from '../clients/connection.ts';
import { Meter } from '../measure/meter.ts';
import { spreadOf } from '../measure/statistics.ts';
import { startSwitchboard } from '../targets/start-switchboard.ts';
import { inBatches } from '../traffic/crowd.ts';
import { connectClients, timed } from './clients.ts';

/** A user comes and goes, and a watcher on another node is told, while others are online. */
export interface PresenceFigures {
  readonly users: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** CPU of all processes for one coming and going, connection included. */
  readonly cpuUs: number;
}

const comings = 40;
const atOnce = 32;

export async function measurePresence(counts: readonly number[]): Promise<PresenceFigures[]> {
  await using running = await startSwitchboard(2);
  using meter = new Meter(running);
  const ports = running.nodes.map(({ port }) => port);
  const users: Connection[] = [];
  const [watcher] = await connectClients(ports.slice(0, 1), 1);
  if (!watcher) throw new Error('one client was asked for');
  await ask(watcher, 'presence:watch', { userIds: ['comer'] });
  const figures: PresenceFigures[] = [];
  for (const count of [2, ...counts]) {
    const first = users.length;
    users.push(...(await connectClients(ports, count - first)));
    await inBatches(
      count - first,
      (index) =>
        ask(users[first + index] as Connection, 'session:identify', {
          userId: `user-${first + index}`,
        }),
      atOnce,
    );
    const isTold = (status: string) =>
      watcher.next((text) => text.includes('presence:changed') && text.includes(`"${status}"`));
    const [durations, cost] = await meter.measure(async () => {
      const measured: number[] = [];
      for (let coming = 0; coming < comings; coming++) {
        const [comer] = await connectClients(ports.slice(1), 1);
        if (!comer) throw new Error('one client was asked for');
        const online = isTold('online');
        const come = ask(comer, 'session:identify', { userId: 'comer' });
        measured.push(await timed(() => online));
        await come;
        const offline = isTold('offline');
        comer.close('41/v1,');
        await offline;
      }
      return measured;
    });
    const { median: medianMs, max: maxMs } = spreadOf(durations);
    const cpuUs = (cost.nodesUs + cost.redisUs) / comings;
    figures.push({ users: count, medianMs, maxMs, cpuUs });
  }
  for (const user of [...users, watcher]) user.close();
  return figures.slice(1);
}
