import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startBalancer } from './balancer.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { openWebSocket } from './fixtures/web-socket.ts';
import { freePort } from './free-port.ts';
import { httpStatus } from './http-status.ts';
import type { NodeProcess } from './node-process.ts';
import { waitUntil } from './wait-until.ts';

const entry = fileURLToPath(new URL('./fixtures/stub-node.ts', import.meta.url));

it('sends a polling client to the node that its sid names', async () => {
  await using cluster = await startCluster({ entry });
  for (const nodeId of ['n1', 'n2', 'n3', 'n2', 'n1']) {
    await expect(get(cluster, `/socket.io/?EIO=4&sid=${nodeId}.x`)).resolves.toEqual([200, nodeId]);
  }
});

it('lets a node refuse a sid that names no node of ours', async () => {
  await using cluster = await startCluster({ entry });
  for (const sid of ['n8.x', 'other', '', '.', 'n1']) {
    const [status] = await get(cluster, `/socket.io/?sid=${sid}`);
    expect(status).toBe(400);
  }
});

it('sends a sid of a killed node to another one, which refuses it, without a pause', async () => {
  await using cluster = await startCluster({ entry });
  await allSeenReady(cluster);
  await cluster.node('n2').kill();
  const [status, nodeId] = await get(cluster, '/socket.io/?sid=n2.x');
  expect(status).toBe(400);
  expect(['n1', 'n3']).toContain(nodeId);
});

it('spreads connections over the nodes', async () => {
  await using cluster = await startCluster({ entry });
  const sockets = [];
  using opened = new DisposableStack();
  for (let count = 0; count < 9; count += 1) {
    sockets.push(opened.use(await openWebSocket(cluster.url, cluster.certificate)));
  }
  const perNode = Map.groupBy(sockets, ({ nodeId }) => nodeId);
  expect([...perNode.values()].map(({ length }) => length)).toEqual([3, 3, 3]);
});

it('keeps the connections and the sids of a node that is not ready, and gives it nothing new', async () => {
  await using cluster = await startCluster({ entry });
  await allSeenReady(cluster);
  using socket = await openWebSocket(`${cluster.url}/socket.io/?sid=n1.x`, cluster.certificate);
  await post(cluster.node('n1'), '/not-ready');
  await seenStopping(cluster, 'n1');
  const others = await Promise.all(Array.from({ length: 12 }, () => get(cluster, '/')));
  expect(new Set(others.map(([, nodeId]) => nodeId))).toEqual(new Set(['n2', 'n3']));
  await expect(get(cluster, '/socket.io/?sid=n1.x')).resolves.toEqual([200, 'n1']);
  expect(socket).toMatchObject({ nodeId: 'n1' });
  expect(socket.isOpen()).toBe(true);
});

it('keeps all connections while no node is ready, and tells newcomers to come back', async () => {
  await using cluster = await startCluster({ entry });
  await allSeenReady(cluster);
  using socket = await openWebSocket(cluster.url, cluster.certificate);
  for (const node of cluster.nodes) await post(node, '/not-ready');
  for (const { nodeId } of cluster.nodes) await seenStopping(cluster, nodeId);
  expect(socket.isOpen()).toBe(true);
  await expect(get(cluster, '/socket.io/?sid=n2.x')).resolves.toEqual([200, 'n2']);
  const [status, body] = await get(cluster, '/');
  expect(status).toBe(503);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'unavailable', retryable: true } });
  for (const node of cluster.nodes) await post(node, '/ready');
  await waitUntil(
    () => get(cluster, '/'),
    ([again]) => again === 200,
    { what: 'newcomers to be let in' },
  );
});

it('cuts the connections of a frozen node before the cluster gives its sessions up', async () => {
  await using cluster = await startCluster({ entry });
  await allSeenReady(cluster);
  using socket = await openWebSocket(`${cluster.url}/?sid=n3.x`, cluster.certificate);
  const poll = get(cluster, '/hold?sid=n3.x');
  const frozenAt = performance.now();
  cluster.node('n3').pause();
  const [status] = await poll;
  expect(status).toBe(502);
  await socket.closed;
  // A lease runs out 6 s after the last sign of life. A second's hiccup, though, costs nobody.
  expect(performance.now() - frozenAt).toBeGreaterThan(2_000);
  expect(performance.now() - frozenAt).toBeLessThan(6_000);
  cluster.node('n3').resume();
  await waitUntil(
    () => get(cluster, '/socket.io/?sid=n3.x'),
    ([again]) => again === 200,
    { what: 'n3 to be used again' },
  );
});

it('believes nothing that a client says about where it comes from', async () => {
  await using cluster = await startCluster({ entry, nodes: 1 });
  const [, body] = await get(cluster, '/headers', {
    'x-forwarded-for': '203.0.113.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-user': 'root',
    'x-real-ip': '203.0.113.1',
    forwarded: 'for=203.0.113.1',
  });
  const host = new URL(cluster.url).host;
  expect(JSON.parse(body)).toEqual({
    host,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': host,
  });
});

it('logs neither tokens nor names of rooms', async () => {
  const lines: string[] = [];
  await using balancer = await startBalancer({
    nodes: [],
    env: { BALANCER_LOG_LEVEL: 'info' },
    onLine: (line) => lines.push(line),
  });
  await get(balancer, '/v1/rooms/mrs-smith?token=secret');
  await waitUntil(
    () => lines.filter((line) => line.endsWith('GET /v1')),
    (requests) => requests.length === 1,
    { what: 'the request to be logged' },
  );
  expect(lines.join('\n')).not.toMatch(/secret|smith/);
});

it('serves metrics and the redirect to https where it is told to', async () => {
  const [stats, plain] = await Promise.all([freePort(), freePort()]);
  await using balancer = await startBalancer({
    nodes: [],
    env: {
      BALANCER_STATS_BIND: `127.0.0.1:${stats}`,
      BALANCER_HTTP_BIND: `127.0.0.1:${plain}`,
    },
  });
  await expect(httpStatus(`http://127.0.0.1:${stats}/metrics`)).resolves.toBe(200);
  await expect(httpStatus(`http://127.0.0.1:${stats}/`)).resolves.toBe(200);
  await expect(httpStatus(`http://127.0.0.1:${plain}/`)).resolves.toBe(308);
  await expect(httpStatus(`${balancer.url}/metrics`, balancer.certificate)).resolves.toBe(503);
});

it('carries what HAProxy said when it does not start', async () => {
  const start = startBalancer({ nodes: [], env: { BALANCER_CERT: '/nowhere.pem' } });
  await expect(start).rejects.toThrow('/nowhere.pem');
});

it('takes no node whose name the configuration does not know', async () => {
  const nodes = [{ nodeId: 'n9', port: 1, opsPort: 2 }];
  await expect(startBalancer({ nodes })).rejects.toThrow('n1 to n8, not n9');
});

interface Address {
  readonly url: string;
  readonly certificate: string | undefined;
}

function get(
  { url, certificate: ca }: Address,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [status: number, body: string]> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers, ca };
    const sent = request(`${url}${path}`, options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve([response.statusCode ?? 0, body]));
    });
    sent.on('error', reject).end();
  });
}

async function post(node: NodeProcess, path: string): Promise<void> {
  const response = await fetch(`${node.opsUrl}${path}`, { method: 'POST' });
  expect(response.status).toBe(200);
}

/** Waits for HAProxy to write something of a node. */
async function logged(cluster: Cluster, text: string): Promise<void> {
  await waitUntil(
    () => cluster.balancer?.logs() ?? '',
    (logs) => logs.includes(text),
    { what: `HAProxy to write "${text}"` },
  );
}

async function seenStopping(cluster: Cluster, nodeId: string): Promise<void> {
  await logged(cluster, `Server nodes/${nodeId} is stopping`);
}

/** Before its first good check a server goes down at the first bad one, and not at the third. */
async function allSeenReady(cluster: Cluster): Promise<void> {
  for (const { nodeId } of cluster.nodes) {
    await logged(cluster, `Health check for server nodes/${nodeId} succeeded`);
  }
}
