import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { executable } from './executables.ts';
import { freePort } from './free-port.ts';
import { httpStatus } from './http-status.ts';
import { type ProcessExit, spawnGuarded } from './process/guarded-process.ts';
import { waitForService } from './process/wait-for-service.ts';
import { repositoryPath } from './repository.ts';

/** Where a node listens, as far as the balancer must know. */
export interface BalancedNode {
  /** n1 … n8: the server's name in HAProxy's configuration. */
  readonly nodeId: string;
  readonly port: number;
  readonly opsPort: number;
}

export interface BalancerOptions {
  readonly nodes: readonly BalancedNode[];
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Further variables of `deploy/haproxy/haproxy.cfg`, such as `BALANCER_STATS_BIND`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** HAProxy with TLS before some nodes, running the configuration that production runs. */
export interface Balancer extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly url: string;
  readonly port: number;
  /** The self-made certificate (PEM): a client's `ca`. */
  readonly certificate: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  logs(): string;
}

/**
 * Starts HAProxy and resolves when it accepts connections. It takes the nodes to be ready until its
 * first checks, one second later, say otherwise.
 *
 * @throws {Error} when there is no HAProxy and none can be installed, when a node is not named
 * n1 … n8, or when HAProxy refuses the configuration (with what it said).
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const nodes = nodeVariables(options.nodes);
  const command = await executable('haproxy');
  const { cert, key } = await makeCertificate();
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-haproxy-'));
  const bundle = join(folder, 'certificate.pem');
  await writeFile(bundle, `${cert}\n${key}\n`, { mode: 0o600 });
  const child = spawnGuarded({
    command,
    args: ['-db', '-f', repositoryPath('deploy/haproxy/haproxy.cfg')],
    folder,
    env: {
      BALANCER_BIND: `${options.host ?? '127.0.0.1'}:${port}`,
      BALANCER_CERT: bundle,
      ...nodes,
      ...options.env,
    },
    onLine: options.onLine,
  });
  const dispose = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const url = `https://localhost:${port}`;
  try {
    await waitForService(
      child,
      async () => (await httpStatus(`${url}/balancer/health`, cert)) === 200,
      {
        what: `start of HAProxy at ${url}`,
      },
    );
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ...{ url, port, certificate: cert, pid: child.pid, exited: child.exited },
    logs: () => child.logs(),
    [Symbol.asyncDispose]: dispose,
  };
}

function nodeVariables(nodes: readonly BalancedNode[]): Record<string, string> {
  return Object.fromEntries(
    nodes.flatMap(({ nodeId, port, opsPort }) => {
      const number = /^n([1-8])$/.exec(nodeId)?.[1];
      if (number === undefined) throw new Error(`the balancer knows n1 to n8, not ${nodeId}`);
      return [
        [`NODE_${number}_ADDRESS`, `127.0.0.1:${port}`],
        [`NODE_${number}_OPS_PORT`, `${opsPort}`],
      ];
    }),
  );
}
