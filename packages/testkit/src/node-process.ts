import { tmpdir } from 'node:os';
import { freePort } from './free-port.ts';
import { httpStatus } from './http-status.ts';
import { type GuardedProcess, type ProcessExit, spawnGuarded } from './process/guarded-process.ts';
import { pinnedNode } from './process/pinned-node.ts';
import { waitForService } from './process/wait-for-service.ts';
import { repositoryPath } from './repository.ts';

const READY_TIMEOUT_MS = 25_000;

export interface NodeOptions {
  /** `NODE_ID` of the node; behind the balancer n1 … n8. */
  readonly nodeId: string;
  /** Its environment besides `NODE_ID`, `HOST`, `PORT`, `OPS_PORT`. Nothing is inherited but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Program to run instead of the signaling service. */
  readonly entry?: string | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** One signaling node in a process of its own, listening on 127.0.0.1. Disposing it stops it. */
export interface NodeProcess extends AsyncDisposable {
  readonly nodeId: string;
  readonly port: number;
  readonly opsPort: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `http://127.0.0.1:OPS_PORT` */
  readonly opsUrl: string;
  /** Of the run that is on now, as is `exited`. */
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** The end of what it wrote, over all its runs. */
  logs(): string;
  /** SIGTERM, and wait for its orderly end (SIGKILL after 30 s). */
  stop(): Promise<ProcessExit>;
  /** SIGKILL. */
  kill(): Promise<ProcessExit>;
  /** Freezes it (SIGSTOP); its sockets stay open. */
  pause(): void;
  resume(): void;
  /** Starts it again with the same id, ports and environment, stopping it first if it runs; resolves when ready. */
  restart(): Promise<void>;
}

/**
 * Starts a signaling node and waits until `/readyz` answers 200.
 *
 * @throws {Error} when the node ends or is not ready within 15 s, with the end of its output.
 */
export async function startNode(options: NodeOptions): Promise<NodeProcess> {
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
  const env = {
    ...options.env,
    ...{ NODE_ID: options.nodeId, HOST: '127.0.0.1', PORT: `${port}`, OPS_PORT: `${opsPort}` },
  };
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const start = async (): Promise<GuardedProcess> => {
    const child = spawnService({ ...options, env });
    try {
      await waitForService(child, async () => (await httpStatus(`${opsUrl}/readyz`)) === 200, {
        what: `start of node ${options.nodeId}`,
        timeoutMs: READY_TIMEOUT_MS,
      });
      return child;
    } catch (error) {
      await child.kill();
      throw error;
    }
  };

  let current = await start();
  const earlierLogs: string[] = [];
  return {
    ...{ nodeId: options.nodeId, port, opsPort, url: `http://127.0.0.1:${port}`, opsUrl },
    get pid() {
      return current.pid;
    },
    get exited() {
      return current.exited;
    },
    logs: () => [...earlierLogs, current.logs()].join(''),
    stop: () => current.stop({ graceMs: 30_000 }),
    kill: () => current.kill(),
    pause: () => current.signal('SIGSTOP'),
    resume: () => current.signal('SIGCONT'),
    restart: async () => {
      await current.stop({ graceMs: 30_000 });
      earlierLogs.push(current.logs());
      current = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await current.stop();
    },
  };
}

export interface RunOptions {
  /** The whole environment, but for PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly entry?: string | undefined;
}

/** What a run to the end left behind. `code` is null where it did not end by itself within 15 s. */
export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the service until it ends, for tests that a wrong environment stops the start. */
export async function runToExit(options: RunOptions): Promise<RunResult> {
  const child = spawnService(options);
  const timer = setTimeout(() => child.signal('SIGKILL'), READY_TIMEOUT_MS);
  const { code } = await child.exited;
  clearTimeout(timer);
  return { code, stdout: child.logs('stdout'), stderr: child.logs('stderr') };
}

function spawnService(options: RunOptions & Pick<NodeOptions, 'onLine'>): GuardedProcess {
  const entry = options.entry ?? repositoryPath('services/signaling/src/main.ts');
  return spawnGuarded({
    command: pinnedNode(),
    args: [entry],
    env: options.env,
    // Away from the repository: a developer's .env there is not part of any test.
    cwd: tmpdir(),
    onLine: options.onLine,
  });
}
