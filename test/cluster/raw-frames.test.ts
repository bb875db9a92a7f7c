import { type Cluster, httpStatus, type NodeProcess } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';
import { UndisturbedCall } from './undisturbed-call.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** A WebSocket without any library on it, connected to `/v1` unless it is said otherwise. */
class RawConnection implements Disposable {
  readonly frames: string[] = [];
  /** Resolves when the node has closed it. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;

  static async open({ url }: NodeProcess, { connect = true } = {}): Promise<RawConnection> {
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const connection = new RawConnection(new WebSocket(address));
    await connection.frame((frame) => frame.startsWith('0{'));
    if (!connect) return connection;
    connection.send('40/v1,');
    await connection.frame((frame) => frame.startsWith('42/v1,["welcome"'));
    return connection;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.frames.push(String(data)));
    this.closed = new Promise((resolve) => socket.addEventListener('close', () => resolve()));
  }

  /** The first frame that is as wanted, come already or not. */
  frame(isWanted: (frame: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.frames.find(isWanted);
        if (found === undefined) return;
        this.#socket.removeEventListener('message', look);
        resolve(found);
      };
      this.#socket.addEventListener('message', look);
      this.#socket.addEventListener('error', () => reject(new Error('the connection failed')));
      look();
    });
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

const nodes = (): [NodeProcess, NodeProcess] => [cluster.node('n1'), cluster.node('n2')];

/** Nothing that Engine.IO, Socket.IO or JSON knows, or half of it. */
const garbage = [
  ...['', ' ', 'garbage', '\u0000\uffff', '9', '4', '42', '43', '45', '46', '49', '4a', '-1', '6'],
  ...['42/v1,', '42/v1,[', '42/v1,{}', '42/v1,"text"', '42/v1,[]', '42/v1,[null]', '42/v1,[{}]'],
  ...['42/v1,["signal"', '42/v1,99999999999999999999["signal",{}]', '42/v1,-1["signal",{}]'],
  ...['42/v1,["connect"]', '42/v1,["disconnect"]', '42/v1,["newListener",{}]', '42/nowhere,["a"]'],
  ...['43/v1,1[]', '43/v1,[]', '44/v1,{"message":"x"}', '40/v1,[', '40/v1,"text"', '40/v1,[]'],
  ...['45/v1,', '451-/v1,["signal"', '451-/v1,["signal",{"_placeholder":true,"num":0}]'],
  ...['459999-/v1,["signal",{"_placeholder":true,"num":9}]', '45-/v1,[]', '451/v1,[]'],
  `42/v1,${'['.repeat(100_000)}`,
  `42/v1,["signal",${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}]`,
  `42/${'x'.repeat(100_000)},["signal"]`,
];

test('a node survives every frame that makes no sense, and so does the call beside it', async () => {
  const [n1, n2] = nodes();
  await using call = await UndisturbedCall.begin('call beside garbage', [n1, n2]);
  for (const connect of [true, false]) {
    for (const frame of garbage) {
      using connection = await RawConnection.open(n1, { connect });
      connection.send(frame);
      // The answer to this, or the end of the connection, says that the frame was dealt with.
      connection.send('42/v1,7["room:leave",{"roomId":"r"}]');
      if (!connect) connection.send('40/v1,');
      const isAnswer = (answer: string) =>
        answer.startsWith('43/v1,7') || answer.startsWith('40/v1,') || answer.startsWith('44/v1,');
      await Promise.race([connection.frame(isAnswer), connection.closed]);
    }
  }
  for (const bytes of [[], [0], [255, 254], Array.from({ length: 70_000 }, (_, n) => n % 256)]) {
    using connection = await RawConnection.open(n1);
    connection.send(Uint8Array.from(bytes));
    connection.send('42/v1,7["room:leave",{"roomId":"r"}]');
    const isAnswer = (answer: string) => answer.startsWith('43/v1,7');
    await Promise.race([connection.frame(isAnswer), connection.closed]);
  }
  await call.end();
  expect(await httpStatus(`${n1.opsUrl}/livez`)).toBe(200);
  using client = await TestClient.connect(n1);
  await client.must('room:join', { roomId: 'afterwards' });
});

test('SPEC 2.1: a name that is no text is refused like any that there is not', async () => {
  using connection = await RawConnection.open(cluster.node('n1'));
  connection.send('42/v1,1[5,{}]');
  const answer = await connection.frame((frame) => frame.startsWith('43/v1,1'));
  expect(JSON.parse(answer.slice('43/v1,1'.length))).toMatchObject([
    { ok: false, error: { code: 'unknown_command' } },
  ]);
});
