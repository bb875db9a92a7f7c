import { Redis } from 'ioredis';

/**
 * Sends one command over a connection of its own, for starting and inspecting servers.
 *
 * @throws {Error} when nobody answers within a second or the server refuses the command.
 */
export async function redisCommand(
  port: number,
  command: string,
  ...args: string[]
): Promise<unknown> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    // Nothing is sent but the command, so that its error is the server's answer to it.
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    connectTimeout: 1_000,
    commandTimeout: 1_000,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
