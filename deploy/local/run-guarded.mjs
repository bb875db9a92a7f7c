import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const guard = join(root, 'packages/testkit/src/process/guard.sh');

/** How soon the end of npm is noticed. */
const PARENT_CHECK_MS = 250;

/** Ctrl-C reaches this process from the terminal, and again from npm: the program shall see it once. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs a program as if in this process's place: on this terminal, with this process's signals, and
 * never longer than this process lives.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code, or 128 and the number of the signal that ended it, as shells count
 */
export async function runGuarded(command, args) {
  const child = spawn('/bin/sh', [guard, '', command, ...args], {
    cwd: root,
    // A group of its own, which the terminal's Ctrl-C does not reach: it gets each signal from here.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  /** @type {Map<NodeJS.Signals, number>} */
  const lastForwarded = new Map();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - (lastForwarded.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
      lastForwarded.set(signal, now);
      child.kill(signal);
    });
  }
  stopWithNpm(() => child.kill('SIGTERM'));
  const [code, signal] = await once(child, 'exit');
  // Ends what the program may have left in its group.
  child.stdio[3]?.end('ended\n');
  return code ?? 128 + constants.signals[signal];
}

/**
 * npm runs a script in a shell, and passes a SIGTERM on to the shell, which dies of it and tells
 * nobody. So the end of whoever started this process is the end of the program; but only under npm:
 * elsewhere it may have been left behind on purpose.
 *
 * @param {() => void} stop
 */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}
