import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import {
  executable,
  freePort,
  type GuardedProcess,
  repositoryPath,
  spawnGuarded,
  waitUntil,
} from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { nodePod } from './support/chart-objects.ts';
import { renderChart } from './support/helm.ts';

/** A shell's command line, as the container runs it. */
const CommandLine = z.tuple([z.literal('sh'), z.literal('-ec'), z.string()]);

/** What the chart's container runs. */
async function inChart(): Promise<string> {
  const rendered = await renderChart({
    set: ['coturn.enabled=true', 'coturn.host=turn.example.com'],
  });
  const pod = nodePod(rendered, 'demo-switchboard-turn');
  return CommandLine.parse(pod.containers[0]?.['command'])[2];
}

/** What the compose file's container runs: there a dollar is written twice. */
async function inCompose(): Promise<string> {
  const Compose = z.object({ services: z.object({ coturn: z.object({ command: CommandLine }) }) });
  const text = await readFile(repositoryPath('deploy/compose/compose.yaml'), 'utf8');
  return Compose.parse(parse(text)).services.coturn.command[2].replaceAll('$$', '$');
}

/** `freePort` keeps the UDP port of the same number for itself, at the address before this one. */
const address = '127.0.0.2';

/** Runs it here as it stands, but for where it listens and what it writes. */
async function start(script: string): Promise<AsyncDisposable & { port: number; logs(): string }> {
  const [port, turnserver] = await Promise.all([freePort(), executable('turnserver')]);
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-coturn-'));
  expect(script).toContain('--listening-port=3478');
  const here = script
    .replaceAll('/run/coturn', folder)
    .replace('--listening-port=3478', `--listening-port=${port} --listening-ip=${address}`);
  const child: GuardedProcess = spawnGuarded({
    ...{ command: 'sh', args: ['-ec', here], cwd: folder, folder },
    env: {
      PATH: [dirname(turnserver), process.env['PATH']].join(delimiter),
      TURN_SECRET: randomBytes(16).toString('hex'),
      TURN_HOST: 'turn.example.com',
    },
  });
  return {
    port,
    logs: () => child.logs(),
    [Symbol.asyncDispose]: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** RFC 8489, section 6: every STUN message has it. */
const magicCookie = 0x2112a442;
/** A method with its class (section 5), as the first two octets have it. */
const methods = { binding: 0x0001, allocate: 0x0003 } as const;

/** A request without attributes. */
function requestOf(method: number): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(method, 0);
  header.writeUInt32BE(magicCookie, 4);
  randomBytes(12).copy(header, 8);
  return header;
}

/** Asks until there is an answer to one of the requests: UDP may lose them, and servers start. */
async function ask(port: number, method: number, logs: () => string): Promise<Buffer> {
  const socket = createSocket('udp4');
  const request = requestOf(method);
  let answer: Buffer | undefined;
  socket.on('message', (message) => {
    if (message.subarray(8, 20).equals(request.subarray(8, 20))) answer = message;
  });
  socket.on('error', () => {});
  socket.connect(port, address);
  await once(socket, 'connect');
  try {
    return await waitUntil(
      () => {
        if (!answer) socket.send(request, () => {});
        return answer;
      },
      (received) => received !== undefined,
      { what: 'an answer of coturn', timeoutMs: 20_000, intervalMs: 100 },
    ).then((received) => received as Buffer);
  } catch (error) {
    throw new Error(`coturn did not answer: ${logs()}`, { cause: error });
  } finally {
    socket.close();
  }
}

test.each([
  ['the chart', inChart],
  ['the compose file', inCompose],
])(
  'coturn starts with the command line of %s, answers STUN, and relays for nobody without credentials',
  async (_, read) => {
    await using coturn = await start(await read());
    const bound = await ask(coturn.port, methods.binding, coturn.logs);
    // A success; the address that it was asked from is in it.
    expect(bound.readUInt16BE(0)).toBe(0x0101);
    expect(bound.readUInt32BE(4)).toBe(magicCookie);
    const refused = await ask(coturn.port, methods.allocate, coturn.logs);
    expect(refused.readUInt16BE(0)).toBe(0x0113);
    expect(refused.toString('latin1')).toContain('turn.example.com');
    for (const word of ['bad option', 'Unknown', 'unrecognized']) {
      expect(coturn.logs()).not.toContain(word);
    }
  },
);
