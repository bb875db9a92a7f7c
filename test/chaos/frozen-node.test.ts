import { setTimeout as delay } from 'node:timers/promises';
import { type NodeProcess, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { waitForAgreement } from './driver/agreement.ts';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { healthOf } from './driver/node-health.ts';
import { openPairs, recordsOf, signalFigures, speakersOf, tallyOf } from './driver/pairs.ts';
import { PlainClient } from './driver/plain-client.ts';
import { PlainSpeaker } from './driver/plain-speaker.ts';
import { Recovery } from './driver/recovery.ts';
import { Traffic } from './driver/traffic.ts';
import { expectChangesInOrder, expectNoDepartures, expectSessionsKept } from './driver/verdicts.ts';
import { repeated, scaled } from './scale.ts';

const pairCount = scaled(40, 200);
const rounds = repeated(2, 20);
/** Longer than a lease. The short form ends before clients give their connection up (11 s). */
const freezeMs = scaled(9_000, 20_000);
/** Of a node's lease, of a session's grace, and of those who are to notice. */
const reapedWithinMs = 6_000 + 20_000 + 10_000;

test(
  'rule 7: a node freezes and wakes, and nothing comes of what was queued for it',
  async () => {
    // Who is moved because a node that woke has fewer clients would be away at the end.
    await using chaos = await startChaosCluster({ env: { SHED_PERCENT: '0' } });
    const { cluster, stored } = chaos;
    using clients = new DisposableStack();
    const pairs = await openPairs(pairCount, 'room', (name) => {
      const speaker = new PlainSpeaker({ name, url: cluster.url });
      clients.defer(() => speaker.close());
      return speaker;
    });
    const connect = async (name: string, node: NodeProcess, roomId: string) => {
      const client = new PlainClient({ name, url: node.url });
      clients.defer(() => client.close());
      await client.connect();
      await client.join(roomId);
      return client;
    };
    using traffic = new Traffic(pairs, { perSecond: 2 });
    const since = performance.now();
    const recovery = new Recovery(speakersOf(pairs));
    const departed: { witness: PlainClient; peerId: string; before: number }[] = [];
    const staying: PlainClient[] = [];

    for (let round = 0; round < rounds; round += 1) {
      const node = cluster.nodes[round % cluster.nodes.length] as NodeProcess;
      const other = cluster.nodes[(round + 1) % cluster.nodes.length] as NodeProcess;
      const roomId = `direct${round}`;
      const witness = await connect(`witness${round}`, other, roomId);
      const patient = await connect(`patient${round}`, node, roomId);
      const leaver = await connect(`leaver${round}`, node, roomId);
      const vanisher = await connect(`vanisher${round}`, node, roomId);
      const heard: unknown[] = [];
      witness.onSignal(({ data }) => heard.push(data));

      node.pause();
      const frozenAt = performance.now();
      recovery.expectFrom(node.nodeId);
      // All of this is read when the node wakes, and comes too late to be handled.
      patient.signal(
        { roomId, to: witness.peerId, kind: 'custom', data: 'queued' },
        () => undefined,
      );
      void patient.command('room:leave', { roomId });
      leaver.close();
      vanisher.vanish();
      await delay(freezeMs);
      node.resume();

      await waitUntil(
        () => healthOf(node),
        ({ live, ready }) => live === 200 && ready === 200,
        { what: `${node.nodeId} to be ready again` },
      );
      await waitUntil(() => patient.record.count('welcome') >= 2 && patient.isConnected, Boolean, {
        what: 'the patient one to be back',
        timeoutMs: 20_000,
      });
      const story = () =>
        [patient, witness].map(({ record }) => record.describe(frozenAt)).join('\n');
      const signal = { roomId, to: witness.peerId, kind: 'custom', data: 'after' } as const;
      expect(await patient.command('signal', signal), story()).toEqual({ ok: true });
      await waitUntil(() => heard.includes('after'), Boolean, {
        what: 'a signal after the freeze',
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${story()}\n${node.logs()}\n${other.logs()}`);
      });
      expect(heard, 'what the witness has heard').toEqual(['after']);
      staying.push(witness, patient);
      for (const { peerId } of [leaver, vanisher]) {
        departed.push({ witness, peerId, before: frozenAt + reapedWithinMs });
      }
    }
    traffic.stop();
    for (const { witness, peerId, before } of departed) {
      await waitUntil(
        () => leavesOf(witness, peerId),
        (count) => count > 0,
        {
          what: `${witness.record.name} to be told that ${peerId} has left`,
          timeoutMs: Math.max(before - performance.now(), 1_000),
        },
      );
    }
    const bystanders = new Set(staying.map(({ peerId }) => peerId));
    await waitForAgreement(pairs, stored, { timeoutMs: 10_000, bystanders });

    printFigures(`${rounds} nodes frozen for ${freezeMs} ms`, {
      'resumed elsewhere after the freeze began': describeTimes(recovery.times),
      signals: signalFigures(pairs),
    });
    const records = recordsOf(pairs);
    expect(recovery.times.length).toBeGreaterThan(0);
    expectNoDepartures(records, since);
    expectChangesInOrder(records, since);
    expectSessionsKept(speakersOf(pairs), since);
    expect(tallyOf(pairs)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    for (const { witness, peerId } of departed) expect(leavesOf(witness, peerId)).toBe(1);
    for (const client of staying) {
      expect(client.peerIds.size, client.record.describe(since)).toBe(1);
      const leaves = client.record.of('participant:left', 'vanished');
      expect(
        leaves.filter(({ detail }) => staying.some((one) => detail.includes(one.peerId))),
      ).toEqual([]);
    }
  },
  scaled(120_000, 1_800_000),
);

const leavesOf = (client: PlainClient, peerId: string): number =>
  client.record.of('participant:left', 'vanished').filter(({ detail }) => detail.includes(peerId))
    .length;
