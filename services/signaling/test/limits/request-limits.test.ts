import { type NodeProcess, startNode } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What one address can ask a node over HTTP. */

let node: NodeProcess;
const atOnce = 4;

beforeAll(async () => {
  node = await startNode({
    nodeId: 'n1',
    // So slow that no test takes long enough to be let in again.
    env: { NODE_ENV: 'development', LOG_LEVEL: 'warn', REQUESTS_PER_SECOND_PER_ADDRESS: '2' },
  });
});
afterAll(async () => {
  await node.stop();
});

/** By way of a load balancer, which says from where. */
const ask = (address: string, path: string, init: RequestInit = {}) =>
  fetch(`${node.url}${path}`, { ...init, headers: { 'x-forwarded-for': `6.6.6.6, ${address}` } });

/** Uses up what an address may ask; all of it at once, so that none comes back meanwhile. */
async function exhaust(address: string, path: string, count = 3 * atOnce): Promise<Response[]> {
  return Promise.all(Array.from({ length: count }, () => ask(address, path)));
}

const limited = (responses: Response[]) => responses.filter(({ status }) => status === 429);

test('SPEC 2.10: /v1 refuses with rate_limited, and says when to ask again', async () => {
  const responses = await exhaust('198.51.100.1', '/v1/openapi.json');
  const [refused] = limited(responses);
  expect(limited(responses).length).toBeGreaterThan(0);
  expect(limited(responses).length).toBeLessThanOrEqual(2 * atOnce);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(await refused?.json()).toEqual({
    error: {
      ...{ code: 'rate_limited', message: expect.any(String), retryable: true },
      retryAfterMs: expect.any(Number),
    },
  });
  // Others are not held back by it.
  expect((await ask('198.51.100.2', '/v1/openapi.json')).status).toBe(200);
});

test('SPEC 2.10: what does not exist and who may not ask is counted as well', async () => {
  const responses = [
    ...(await exhaust('198.51.100.3', '/v1/nowhere', atOnce)),
    ...(await exhaust('198.51.100.3', '/v1/admin/nodes', 2 * atOnce)),
  ];
  expect(limited(responses).length).toBeGreaterThan(0);
});

test('SPEC 2.10: the routes of older protocols refuse in their own words', async () => {
  const [refused] = limited(await exhaust('198.51.100.4', '/api/experts'));
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(await refused?.json()).toEqual({ message: expect.any(String) });
});

test('SPEC 2.10: health and what operators look at are never held back', async () => {
  await exhaust('198.51.100.5', '/stats');
  expect(limited(await exhaust('198.51.100.5', '/health'))).toEqual([]);
  for (const path of ['/livez', '/readyz', '/metrics']) {
    const responses = Array.from({ length: 3 * atOnce }, () => fetch(`${node.opsUrl}${path}`));
    expect(limited(await Promise.all(responses))).toEqual([]);
  }
  const metrics = await (await fetch(`${node.opsUrl}/metrics`)).text();
  expect(metrics).toMatch(/^switchboard_rate_limited_total\{by="http"\} [1-9]/m);
});
