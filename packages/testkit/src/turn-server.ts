import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from './executables.ts';
import { freePort } from './free-port.ts';
import { type ProcessExit, spawnGuarded } from './process/guarded-process.ts';
import { waitForService } from './process/wait-for-service.ts';

/** coturn on 127.0.0.1, which relays on this machine alone. Disposing it ends it. */
export interface TurnServer extends AsyncDisposable {
  /** `turn:127.0.0.1:PORT?transport=tcp`: clients speak TCP to it, and it UDP to its peers. */
  readonly url: string;
  readonly exited: Promise<ProcessExit>;
  logs(): string;
}

export interface TurnServerOptions {
  /** By which it checks credentials of the TURN REST API. */
  readonly secret: string;
}

/**
 * Starts a TURN server that takes the credentials of whoever shares its secret.
 *
 * @throws {Error} when there is no coturn and none can be installed, or it does not start.
 */
export async function startTurnServer({ secret }: TurnServerOptions): Promise<TurnServer> {
  const command = await executable('turnserver');
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-turn-'));
  const server = spawnGuarded({
    command,
    args: [
      // No file of the system's is read or written.
      '-n',
      ...['--userdb', join(folder, 'turn.db'), '--pidfile', join(folder, 'turn.pid')],
      ...['--log-file', 'stdout', '--verbose'],
      // `freePort` keeps the UDP port of the same number for itself.
      ...['--listening-ip', '127.0.0.1', '--listening-port', `${port}`, '--no-udp'],
      ...['--no-tls', '--no-dtls', '--no-cli'],
      ...['--relay-ip', '127.0.0.1', '--allow-loopback-peers'],
      ...['--realm', 'switchboard', '--use-auth-secret', '--static-auth-secret', secret],
    ],
    folder,
  });
  const dispose = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitForService(server, () => isOpen(port), { what: `start of coturn on port ${port}` });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `turn:127.0.0.1:${port}?transport=tcp`,
    exited: server.exited,
    logs: () => server.logs(),
    [Symbol.asyncDispose]: dispose,
  };
}

/** Whether a TCP connection comes about. */
function isOpen(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
