import { startCluster, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { trust } from '../chaos/driver/chaos-cluster.ts';
import { printFigures } from '../chaos/driver/figures.ts';
import { openPairs, signalFigures, speakersOf, tallyOf } from '../chaos/driver/pairs.ts';
import { PlainSpeaker } from '../chaos/driver/plain-speaker.ts';
import { Traffic } from '../chaos/driver/traffic.ts';

const pairCount = 20;
/** Of each client: enough for some to be under way whenever a connection is closed. */
const perSecond = 100;
/** Of several thousand. */
const mostLost = 10;

test('SPEC 1.5, 4.2: clients that know nothing of sessions move, and all arrives in order', async () => {
  await using cluster = await startCluster({
    nodes: 3,
    env: { DRAIN_NOTICE_MS: '500', DRAIN_DEADLINE_MS: '5000' },
  });
  trust(cluster.certificate ?? '');
  using clients = new DisposableStack();
  const pairs = await openPairs(pairCount, 'room', (name) => {
    const speaker = new PlainSpeaker({ name, url: cluster.url });
    clients.defer(() => speaker.close());
    return speaker;
  });
  using traffic = new Traffic(pairs, { perSecond });
  const [node] = cluster.nodes;
  const leaving = speakersOf(pairs).filter(({ nodeId }) => nodeId === node?.nodeId);
  expect(leaving.length).toBeGreaterThan(0);
  expect(await node?.stop()).toEqual({ code: 0, signal: null });
  await waitUntil(
    () => leaving,
    (speakers) => speakers.every(({ nodeId }) => nodeId !== undefined),
    { what: 'all to be back', timeoutMs: 10_000 },
  );
  traffic.stop();
  // What a client writes into a connection that is just closing, its Socket.IO drops without a
  // word: no node has seen it, and nobody has been told that it was accepted. Of what was accepted,
  // only that can be lost which its sender said just before it moved to one who was moving.
  await waitUntil(
    () => signalFigures(pairs),
    ({ sent = 0, lost = 0, accepted = 0 }) => lost <= sent - accepted + mostLost,
    { what: 'what was accepted to arrive', timeoutMs: 5_000 },
  );
  printFigures(`${leaving.length} plain clients moved`, { signals: signalFigures(pairs) });
  expect(tallyOf(pairs)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
  for (const { peerIds } of leaving) expect(peerIds.size).toBe(1);
}, 60_000);
