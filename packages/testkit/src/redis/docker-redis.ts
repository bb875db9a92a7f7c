import { request } from 'node:http';
import { OutputTail } from '../process/output-tail.ts';
import type { LaunchRedis } from './redis-instance.ts';

const IMAGE = 'valkey/valkey:8-alpine';
/** In a folder that the server, which is not root there, may write to. */
const CONFIG_FILE = '/tmp/redis.conf';

/**
 * Whether a Docker engine answers, at `DOCKER_HOST` or on the usual socket, within one second.
 * Asked this way because loading testcontainers to learn the same takes longer than starting Redis.
 */
export async function dockerAnswers(): Promise<boolean> {
  const host = new URL(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  const target =
    host.protocol === 'unix:'
      ? { socketPath: host.pathname }
      : { host: host.hostname, port: host.port || '2375' };
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.on('close', () => resolve(false));
    ping.end();
  });
}

/**
 * A launcher for a container on the host's network, so that ports, and the addresses that the nodes
 * of a Redis Cluster tell each other, are the same inside and outside. Needs a Linux engine, or
 * Docker Desktop with host networking switched on. testcontainers' own reaper removes what a killed
 * test run leaves behind.
 *
 * Written against testcontainers' documented interface and never run: where this was developed there
 * was no Docker engine.
 */
export function dockerRedis(): LaunchRedis {
  return async (args, config) => {
    const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
    const output = new OutputTail();
    const files =
      config === undefined ? [] : [{ content: config, target: CONFIG_FILE, mode: 0o666 }];
    const started = await new GenericContainer(IMAGE)
      .withNetworkMode('host')
      .withCopyContentToContainer(files)
      .withCommand(['valkey-server', ...files.map(({ target }) => target), ...args])
      .withLogConsumer((stream) => output.collect('stdout', stream))
      .start();
    const runtime = await getContainerRuntimeClient();
    const container = runtime.container.getById(started.getId());
    return {
      exited: new Promise(() => undefined),
      logs: () => output.text(),
      pause: async () => {
        await container.pause();
      },
      resume: async () => {
        await container.unpause();
      },
      kill: async () => {
        await container.kill();
      },
      restart: async () => {
        await container.kill().catch(() => undefined);
        await container.start();
      },
      [Symbol.asyncDispose]: async () => {
        await started.stop();
      },
    };
  };
}
