import { randomBytes } from 'node:crypto';
import { namespace } from '@switchboard/protocol';
import { waitUntil } from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { Marks } from './support/marks.ts';
import { WatchedNodes } from './support/watched-nodes.ts';

/** What a client is told is wrong, with whatever was said about it. */
interface Refusal {
  readonly ok: false;
  readonly error: { readonly code: string; readonly message: string };
}
type Answer = Refusal | { readonly ok: true };

const roomId = 'consultation-7';
/** Its name in the log: `printf default:consultation-7 | sha256sum | head -c 12`. */
const roomTag = '5aaa666d157d';

/** A client that keeps everything it is refused. */
class Client implements Disposable {
  readonly socket: Socket;
  readonly #refused: unknown[];

  constructor(url: string, token: string, refused: unknown[]) {
    this.#refused = refused;
    this.socket = io(`${url}${namespace}`, {
      ...{ transports: ['websocket'], forceNew: true, reconnectionDelay: 50 },
      auth: { token },
    });
    this.socket.on('error', (error: unknown) => refused.push(error));
    this.socket.on('signal:failed', (error: unknown) => refused.push(error));
    this.socket.on('connect_error', (error: unknown) => refused.push(error, String(error)));
  }

  welcome(): Promise<{ peerId: string; resumed: boolean }> {
    return new Promise((resolve) => this.socket.once('welcome', resolve));
  }

  async send(name: string, payload: unknown): Promise<string> {
    const answer: Answer = await this.socket.timeout(5_000).emitWithAck(name, payload);
    if (answer.ok) return 'ok';
    this.#refused.push(answer);
    return answer.error.code;
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}

test.each(['production', 'development'])(
  'in %s, what people say, show and are called is in no log, metric or error',
  async (environment) => {
    const marks = new Marks();
    marks.add('name of the room', roomId);
    await using nodes = await WatchedNodes.start({ environment, marks });
    const { refused } = nodes;
    const [one, other] = nodes.urls;
    const grants = { rooms: [roomId], create: true };
    const [adasToken, bobsToken] = await Promise.all([
      nodes.token('ada', grants),
      nodes.token('bob', grants),
    ]);
    await refuseAtTheDoor(one, { adasToken, marks, refused });

    using ada = new Client(one, adasToken, refused);
    using bob = new Client(other, bobsToken, refused);
    const [{ peerId: adasId }, { peerId: bobsId }] = await Promise.all([
      ada.welcome(),
      bob.welcome(),
    ]);
    await talk({ ada, bob, adasId, bobsId, marks });
    await beRefused(ada, { bobsId, marks });
    await comeBack(bob, marks);
    await breakRedis(nodes, { ada, bobsId, marks });

    // What is looked for elsewhere in vain is found here: the log says something, and enough.
    await waitUntil(
      () => nodes.log(),
      (text) =>
        [adasId, bobsId, roomTag, 'a command was refused', 'NOPERM', 'no JSON'].every((words) =>
          text.includes(words),
        ),
      { what: 'the log' },
    );
    expect(await nodes.metrics()).toContain(
      'switchboard_signals_total{kind="offer",path="remote"} 1',
    );
    expect(refused.length).toBeGreaterThan(5);
    await nodes.expectNothingFound();
  },
);

/** Requests and handshakes that are refused, with secrets in every place that has room for one. */
async function refuseAtTheDoor(
  url: string,
  { adasToken, marks, refused }: { adasToken: string; marks: Marks; refused: unknown[] },
): Promise<void> {
  const secret = marks.of('wrong secret');
  const answers = await Promise.all([
    fetch(`${url}/v1/tokens`, { method: 'POST', headers: { 'x-internal-secret': secret } }),
    fetch(`${url}/v1/nothing?token=${adasToken}&name=${marks.of('name in a query')}`),
    fetch(`${url}/socket.io/?EIO=4&transport=none&token=${adasToken}`),
  ]);
  for (const answer of answers) refused.push(await answer.text());
  for (const token of [secret, `${adasToken}x`]) {
    using stranger = new Client(url, token, refused);
    await new Promise((resolve) => stranger.socket.once('connect_error', resolve));
  }
}

interface Pair {
  readonly ada: Client;
  readonly bob: Client;
  readonly adasId: string;
  readonly bobsId: string;
  readonly marks: Marks;
}

/** A whole call, with something to hide in all of its parts. */
async function talk({ ada, bob, adasId, bobsId, marks }: Pair): Promise<void> {
  for (const client of [ada, bob]) {
    const name = marks.of('name that a client gives itself');
    expect(await client.send('room:join', { roomId, name, instance: randomInstance() })).toBe('ok');
  }
  const sdp = (what: string) => `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=${marks.of(what)}\r\n`;
  const toBob = { roomId, to: bobsId };
  const toAda = { roomId, to: adasId };
  const candidate = `candidate:1 1 udp 1 ${marks.of('candidate')}.local 9 typ host`;
  const said = [
    ada.send('signal', { ...toBob, kind: 'offer', data: { type: 'offer', sdp: sdp('offer') } }),
    bob.send('signal', { ...toAda, kind: 'answer', data: { type: 'answer', sdp: sdp('answer') } }),
    ada.send('signal', { ...toBob, kind: 'candidate', data: { candidate } }),
    bob.send('signal', { ...toAda, kind: 'custom', data: { chat: marks.of('chat') } }),
    ada.send('media:update', { roomId, media: { camera: true } }),
  ];
  expect(await Promise.all(said)).toEqual(said.map(() => 'ok'));
}

/** The same, wrong in every way. */
async function beRefused(
  ada: Client,
  { bobsId, marks }: { bobsId: string; marks: Marks },
): Promise<void> {
  const data = { sdp: marks.of('SDP of a signal that is refused') };
  const word = marks.of('value of the wrong type');
  const signal = { roomId, to: bobsId, kind: 'offer', data };
  const answers = await Promise.all([
    ada.send('signal', { ...signal, to: 'nobody' }),
    ada.send('signal', { ...signal, roomId: 'another-room' }),
    ada.send('signal', { ...signal, kind: word }),
    ada.send('signal', { ...signal, data: { sdp: `${data.sdp} `.repeat(10_000) } }),
    ada.send('room:join', { roomId: 'another-room', name: word }),
    ada.send('room:join', { roomId, name: { first: word } }),
    ada.send('room:join', { roomId, media: word, role: word }),
    ada.send('auth:refresh', { token: word }),
    ada.send(marks.of('name of a command'), { word }),
  ]);
  expect(answers.filter((code) => code === 'ok')).toEqual([]);
  // Without a callback, what is refused is an event.
  ada.socket.emit('signal', { ...signal, to: 'nobody' });
}

/** A connection is lost, and its session resumed by its secret. */
async function comeBack(bob: Client, marks: Marks): Promise<void> {
  const { _pid: pid } = bob.socket as unknown as { _pid: string };
  expect(pid.length).toBeGreaterThan(16);
  marks.add('secret of a session', pid);
  const back = bob.welcome();
  bob.socket.io.engine.close();
  expect((await back).resumed).toBe(true);
}

/** Errors of Redis know what they were about. */
async function breakRedis(
  nodes: WatchedNodes,
  { ada, bobsId, marks }: { ada: Client; bobsId: string; marks: Marks },
): Promise<void> {
  const chat = { chat: marks.of('chat that Redis refuses') };
  await nodes.withRedisRefusing(chat.chat, async (redis) => {
    await redis.forbid('-publish');
    // A signal is published without an answer; what a script publishes is refused with the script.
    await ada.send('signal', { roomId, to: bobsId, kind: 'custom', data: chat });
    const message = { roomId, messageId: 'refused', text: chat.chat };
    expect(await ada.send('chat:send', message)).toBe('internal');
    await redis.forbid('+publish', '-evalsha', '-eval');
    expect(await ada.send('room:leave', { roomId })).toBe('internal');
    const name = marks.of('name that Redis refuses');
    expect(await ada.send('room:join', { roomId, name })).toBe('internal');
  });
}

const randomInstance = (): string => randomBytes(12).toString('hex');
