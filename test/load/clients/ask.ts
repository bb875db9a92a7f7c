import type { Connection } from './connection.ts';

/**
 * Sends a command of the canonical protocol and waits for its answer; one at a time over one
 * connection.
 *
 * @throws when it is refused.
 */
export async function ask(connection: Connection, name: string, payload: object): Promise<void> {
  connection.say(`42/v1,7${JSON.stringify([name, payload])}`);
  const answer = await connection.next((text) => text.startsWith('43/v1,7['));
  if (!answer.startsWith('43/v1,7[{"ok":true')) throw new Error(`${name} was refused: ${answer}`);
}
