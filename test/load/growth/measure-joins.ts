import { ask } from '../clients/ask.ts';
import type { Connection } from '../clients/connection.ts';
import { Meter } from '../measure/meter.ts';
import { spreadOf } from '../measure/statistics.ts';
import { startSwitchboard } from '../targets/start-switchboard.ts';
import { connectClients, timed } from './clients.ts';

/** Joins of the last participant of a room. */
export interface JoinFigures {
  readonly participants: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** CPU of all processes for a join and the leave after it: everybody in the room is told of both. */
  readonly cpuUs: number;
}

const nodes = 4;
const joins = 40;

/** In rooms of several sizes, whose participants are spread over four nodes. */
export async function measureJoins(sizes: readonly number[]): Promise<JoinFigures[]> {
  await using running = await startSwitchboard(nodes);
  using meter = new Meter(running);
  const most = Math.max(...sizes);
  const clients = await connectClients(
    running.nodes.map(({ port }) => port),
    most,
  );
  const last = clients.pop() as Connection;
  const figures: JoinFigures[] = [];
  // The first round is not counted: everything is done for the first time.
  for (const participants of [2, ...sizes]) {
    const roomId = `of-${participants}-${figures.length}`;
    const enter = { roomId, capacity: most };
    for (const client of clients.slice(0, participants - 1)) await ask(client, 'room:join', enter);
    const [durations, cost] = await meter.measure(async () => {
      const measured: number[] = [];
      for (let join = 0; join < joins; join++) {
        measured.push(await timed(() => ask(last, 'room:join', enter)));
        await ask(last, 'room:leave', { roomId });
      }
      return measured;
    });
    const { median: medianMs, max: maxMs } = spreadOf(durations);
    const cpuUs = (cost.nodesUs + cost.redisUs) / joins;
    figures.push({ participants, medianMs, maxMs, cpuUs });
  }
  for (const client of [...clients, last]) client.close();
  return figures.slice(1);
}
