import { startBrowser, startCluster, startNode, type TestBrowser } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallPage, type CallPageOptions } from './call-page.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

/** Two people in one room; the second comes again until they are on different nodes. */
async function joinOnTwoNodes(url: string, options: Omit<CallPageOptions, 'name'>) {
  const ada = await CallPage.join(browser, url, { ...options, name: 'Ada' });
  for (let attempt = 0; attempt < 6; attempt++) {
    const bob = await CallPage.join(browser, url, { ...options, name: 'Bob' });
    if ((await bob.node()) !== (await ada.node())) return { ada, bob };
    await bob.element('leave').click();
    await bob.close();
  }
  throw new Error('the balancer sent everybody to one node');
}

/** Browsers on two cores that are shared take their time. */
const patience = { timeout: 90_000 };

test(
  'two browsers on two nodes see and hear each other through the balancer, over TLS',
  patience,
  async () => {
    await using cluster = await startCluster({ nodes: 3, balancer: true });
    const { ada, bob } = await joinOnTwoNodes(cluster.url, { room: 'consultation' });
    expect(await ada.node()).not.toBe(await bob.node());
    await Promise.all([ada.seesMoving(), bob.seesMoving()]);

    // What one says of their camera and microphone is shown to the other.
    await bob.element('mute').click();
    await ada.element('remote').locator('[data-part=muted]:not(.hidden)').waitFor();

    await bob.element('leave').click();
    await ada.element('remote').waitFor({ state: 'detached' });
    await Promise.all([ada.close(), bob.close()]);
  },
);

test('the same with long-polling as the only transport', patience, async () => {
  await using cluster = await startCluster({ nodes: 3, balancer: true });
  const options = { room: 'polling', transports: 'polling' };
  const { ada, bob } = await joinOnTwoNodes(cluster.url, options);
  const transports = new Set<string>();
  for (const { page } of [ada, bob]) page.on('websocket', (socket) => transports.add(socket.url()));
  await Promise.all([ada.seesMoving(), bob.seesMoving()]);
  expect(transports.size).toBe(0);
  await Promise.all([ada.close(), bob.close()]);
});

test('the same on one node without Redis', patience, async () => {
  await using node = await startNode({ nodeId: 'alone' });
  const [ada, bob] = await Promise.all([
    CallPage.join(browser, node.url, { room: 'alone', name: 'Ada' }),
    CallPage.join(browser, node.url, { room: 'alone', name: 'Bob' }),
  ]);
  await Promise.all([ada.seesMoving(), bob.seesMoving()]);
  await Promise.all([ada.close(), bob.close()]);
});

test(
  'a call survives the death of a node: the picture never stops, and ICE can be restarted',
  patience,
  async () => {
    await using cluster = await startCluster({ nodes: 3, balancer: true });
    const { ada, bob } = await joinOnTwoNodes(cluster.url, { room: 'survivor' });
    await Promise.all([ada.seesMoving(), bob.seesMoving()]);
    const peerId = await bob.peerId();
    const former = await bob.node();
    await Promise.all([ada.measureGaps(), bob.measureGaps()]);

    await cluster.node(former).kill();
    // Right away: the offer has nowhere to go yet.
    const credentials = await ada.restartIce();
    await bob.isConnectedElsewhere(former);
    await ada.iceIsRestarted(credentials);

    await Promise.all([ada.seesMoving(), bob.seesMoving()]);
    expect(await bob.peerId()).toBe(peerId);
    const gapsMs = [await ada.longestGap(), await bob.longestGap()];
    console.log(`longest time without a new picture, ms: ${gapsMs.map(Math.round).join(' and ')}`);
    expect(Math.max(...gapsMs)).toBeLessThan(1_000);
    await Promise.all([ada.close(), bob.close()]);
  },
);
