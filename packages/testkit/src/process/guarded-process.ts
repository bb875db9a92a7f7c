import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { OutputTail } from './output-tail.ts';

/** How a process ended: exactly one of the two is not null. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcessOptions {
  /** Program to run: a path, or a name to be found on the PATH. */
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the program, except PATH, which is this process's unless given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /**
   * Temporary folder of the program. Removing it is up to the caller, except that it goes with this
   * process should that die first.
   */
  readonly folder?: string;
  /** Called with each full line of stdout and stderr, without its line end. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A child process that cannot outlive its parent. Disposing it stops it. */
export interface GuardedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when the program has ended and its output has been read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The last megabyte of what it wrote; both streams in order of arrival unless one is named. */
  logs(stream?: 'stdout' | 'stderr'): string;
  /** Sends a signal to the program (not to its children). Does nothing once it has ended. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM (after SIGCONT, should it be paused), then SIGKILL after `graceMs` (10,000). */
  stop(options?: { readonly graceMs?: number }): Promise<ProcessExit>;
  /** SIGKILL, now. */
  kill(): Promise<ProcessExit>;
}

/** Becomes the program, and leaves a guard behind; its own comment tells how. */
const GUARD_SCRIPT = fileURLToPath(new URL('./guard.sh', import.meta.url));
const GUARD_DESCRIPTOR = 3;

/**
 * Starts a program in a process group of its own, where a terminal's Ctrl-C does not reach it, and
 * makes sure that it and its children die with this process.
 *
 * A command that cannot be run exits with code 127 (not found) or 126, as a shell's does.
 */
export function spawnGuarded(options: GuardedProcessOptions): GuardedProcess {
  const child = spawn(
    '/bin/sh',
    [GUARD_SCRIPT, options.folder ?? '', options.command, ...(options.args ?? [])],
    {
      cwd: options.cwd,
      detached: true,
      env: { PATH: process.env['PATH'], ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const { pid, stdout, stderr, guard } = pipesOf(child);

  const output = new OutputTail();
  output.collect('stdout', stdout);
  output.collect('stderr', stderr);
  if (options.onLine) {
    createInterface(stdout).on('line', options.onLine);
    createInterface(stderr).on('line', options.onLine);
  }
  const exited = watchExit(child, guard);

  const stop = async (graceMs = 10_000): Promise<ProcessExit> => {
    sendSignal(child, 'SIGTERM');
    sendSignal(child, 'SIGCONT');
    const timer = setTimeout(() => sendSignal(child, 'SIGKILL'), graceMs);
    return exited.finally(() => clearTimeout(timer));
  };

  return {
    pid,
    exited,
    logs: (stream) => output.text(stream),
    signal: (name) => sendSignal(child, name),
    stop: (options) => stop(options?.graceMs),
    kill: () => {
      sendSignal(child, 'SIGKILL');
      return exited;
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

interface Pipes {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly guard: Socket;
}

function pipesOf(child: ChildProcess): Pipes {
  const { pid, stdout, stderr } = child;
  const guard = child.stdio[GUARD_DESCRIPTOR];
  if (pid === undefined || !stdout || !stderr || !(guard instanceof Socket)) {
    throw new Error('/bin/sh could not be started');
  }
  return { pid, stdout, stderr, guard };
}

function watchExit(child: ChildProcess, guard: Socket): Promise<ProcessExit> {
  // The guard closes its end when it dies with its group; that is no news.
  guard.on('error', () => undefined);
  guard.resume();
  child.once('exit', () => guard.end('ended\n'));
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function sendSignal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(name);
}
