import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * Below the range from which Linux (32768) and macOS (49152) take ports for outgoing connections.
 * A port inside that range can be taken by somebody's connection while its server is down, and a
 * client that retries a dead port there can even connect to itself.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const ATTEMPTS = 200;

/**
 * A TCP port on 127.0.0.1 on which nobody listens, given to nobody else while this process lives.
 *
 * The caller usually passes the port to a child that takes a moment to bind it, and other test
 * workers look for ports at the same time. So each port is claimed by binding the UDP port of the
 * same number, which no TCP server minds and which the system gives back when this process ends,
 * however it ends. A server that needs the UDP port as well cannot use this.
 *
 * @throws {Error} when 200 random candidates were all in use.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if ((await claim(port)) && (await isUnused(port))) return port;
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT} in ${ATTEMPTS} attempts`);
}

function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
  });
}

function isUnused(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
