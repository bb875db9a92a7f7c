import {
  type NodeProcess,
  startBrowser,
  startNode,
  startTurnServer,
  type TestBrowser,
  type TurnServer,
} from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelayedSide } from './page/relayed-call.ts';
import { servePage } from './serve-page.ts';

/** Media by way of a real TURN server, and nowhere else, with credentials that a node has made. */

const secret = 'what node and server share';
let started: AsyncDisposableStack;
let turn: TurnServer;
let browser: TestBrowser;

beforeAll(async () => {
  started = new AsyncDisposableStack();
  turn = started.use(await startTurnServer({ secret }));
  browser = started.use(await startBrowser());
});
afterAll(() => started.disposeAsync());

const startNodeWith = (TURN_SECRET: string): Promise<NodeProcess> =>
  startNode({
    nodeId: 'n1',
    env: { NODE_ENV: 'development', LOG_LEVEL: 'warn', TURN_URLS: turn.url, TURN_SECRET },
  });

/** A call of two clients of a node with that secret. */
async function callWith(turnSecret: string): Promise<RelayedSide[]> {
  await using node = await startNodeWith(turnSecret);
  await using page = await servePage<RelayedSide[]>(browser, 'relayed-call');
  return await page.evaluate(`relayedCall('${node.url}')`);
}

describe('SPEC 15.2: a call that may use TURN servers alone', () => {
  test('flows by them, with the credentials that the cluster makes', async () => {
    for (const side of await callWith(secret)) {
      expect(side).toMatchObject({ state: 'connected', pair: { local: 'relay' }, refusals: [] });
      expect(new Set(side.candidates)).toEqual(new Set(['relay']));
      expect(side.pair?.bytesReceived).toBeGreaterThanOrEqual(20_000);
    }
    // They know the two by what says nothing of who they are.
    expect(turn.logs()).toMatch(/user <\d{10}:[\w-]{20}>/);
  });

  test('does not come about with credentials made with another secret', async () => {
    for (const side of await callWith('what the server does not know')) {
      expect(side.refusals).toContain(401);
      expect(side).toMatchObject({ candidates: [], pair: null });
      expect(side.state).not.toBe('connected');
    }
  });
});
