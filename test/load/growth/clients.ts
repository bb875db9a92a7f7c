import { Connection } from '../clients/connection.ts';
import { switchboard } from '../clients/socket-io.ts';
import { inBatches } from '../traffic/crowd.ts';

export const dialect = switchboard({ acknowledged: true });

const atOnce = 64;

/** So many clients in no room, spread evenly. */
export const connectClients = (ports: readonly number[], count: number): Promise<Connection[]> =>
  inBatches(
    count,
    async (index) => {
      const connection = await Connection.open(
        ports[index % ports.length] as number,
        dialect.path(''),
      );
      await dialect.open(connection, '');
      return connection;
    },
    atOnce,
  );

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
