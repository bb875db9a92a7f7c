import type { NewSession, SessionOwner } from '@switchboard/core';
import { PeerId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { openNode, openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { nodeReport } from './node-reports.ts';
import { profile } from './profiles.ts';

const everything = { index: 0, of: 1 };

const sessionOn = (node: RecordingNode): NewSession => ({
  binding: { peerId: PeerId.parse('ada'), node: node.id, epoch: 1 },
  owner: 'default:ada' as SessionOwner,
  secretDigest: 'digest',
  graceMs: 0,
  profile,
});

/**
 * What every implementation of the LeaseStore port must do; see the port for the words.
 *
 * @param createBackend makes one whose leases last as short as is said.
 */
export function leaseStoreContract(
  createBackend: (options: { leaseMs: number }) => Promise<StateBackend>,
): void {
  async function start({ leaseMs }: { leaseMs: number }) {
    const backend = await createBackend({ leaseMs });
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    await n2.state.leases.take();
    const close = () => backend[Symbol.asyncDispose]();
    return { backend, n1, n2, [Symbol.asyncDispose]: close };
  }

  /** The leases that have run out, as soon as there are any; the asking node keeps its own. */
  const expiredLeases = (node: RecordingNode): Promise<readonly string[]> =>
    waitUntil(
      async () => {
        const outcome = await node.state.leases.renew(nodeReport());
        return outcome.kind === 'usurped' ? [] : outcome.expired;
      },
      (expired) => expired.length > 0,
      { what: 'a lease to run out' },
    );

  test('nodes that renew share the work between them', async () => {
    await using cluster = await start({ leaseMs: 60_000 });
    const { n1, n2 } = cluster;
    expect(await n1.state.leases.renew(nodeReport())).toEqual({
      kind: 'renewed',
      share: { index: 0, of: 2 },
      expired: [],
      dataLost: false,
      meanLoad: 0,
    });
    expect(await n2.state.leases.renew(nodeReport())).toMatchObject({ share: { index: 1, of: 2 } });
    await n1.state.leases.release();
    expect(await n2.state.leases.renew(nodeReport())).toMatchObject({ share: { index: 0, of: 1 } });
  });

  test('nodes learn how many connections those have on the mean that take new ones', async () => {
    await using cluster = await start({ leaseMs: 60_000 });
    const { n1, n2 } = cluster;
    const meanAfter = async ({ state }: RecordingNode, connections: number, drainingSince?: 17) => {
      const outcome = await state.leases.renew(
        nodeReport({ connections, drainingSince: drainingSince ?? null }),
      );
      return outcome.kind === 'usurped' ? Number.NaN : outcome.meanLoad;
    };
    // The other one has not said anything yet.
    expect(await meanAfter(n1, 30)).toBe(30);
    expect(await meanAfter(n2, 60)).toBe(45);
    expect(await meanAfter(n1, 20)).toBe(40);
    // One that empties itself makes nobody believe that they have too many.
    expect(await meanAfter(n1, 10, 17)).toBe(60);
    expect(await meanAfter(n2, 70)).toBe(70);
    expect(await meanAfter(n2, 70, 17)).toBe(0);
    await n1.state.leases.release();
    expect(await meanAfter(n2, 60)).toBe(60);
  });

  test('nodes are listed with what they said last, until they give their lease back', async () => {
    await using cluster = await start({ leaseMs: 60_000 });
    const { n1, n2 } = cluster;
    const first = nodeReport({ connections: 3, rooms: 2 });
    const second = nodeReport({ connections: 5, drainingSince: 1_700_000_000_017 });
    expect(await n1.state.leases.list()).toEqual([]);
    await n2.state.leases.renew(second);
    await n1.state.leases.renew(nodeReport());
    await n1.state.leases.renew(first);
    expect(await n2.state.leases.list()).toEqual([
      { node: 'n1', ...first },
      { node: 'n2', ...second },
    ]);
    await n2.state.leases.release();
    expect(await n1.state.leases.list()).toEqual([{ node: 'n1', ...first }]);
  });

  test('a node whose lease has run out is not listed, nor is one that has come back silently', async () => {
    await using cluster = await start({ leaseMs: 300 });
    const { n1, n2 } = cluster;
    const listedByItself = async () => {
      await n2.state.leases.renew(nodeReport());
      return (await n2.state.leases.list()).map(({ node }) => node);
    };
    await n1.state.leases.renew(nodeReport());
    const [expired] = await expiredLeases(n2);
    expect(await listedByItself()).not.toContain('n1');
    await n2.state.leases.bury(expired as string);
    await n1.state.leases.take();
    expect(await listedByItself()).not.toContain('n1');
    await n1.state.leases.renew(nodeReport());
    expect(await listedByItself()).toContain('n1');
  });

  test('a lease that was not renewed runs out; its sessions end with their grace', async () => {
    await using cluster = await start({ leaseMs: 300 });
    const { n1, n2 } = cluster;
    await n1.state.sessions.open(sessionOn(n1));
    const [expired] = await expiredLeases(n2);
    await n2.state.leases.bury(expired as string);
    expect(await n2.state.leases.renew(nodeReport())).toMatchObject({ expired: [] });
    const ending = await n2.state.sessions.takeExpired(everything);
    expect(ending).toMatchObject([{ peerId: 'ada' }]);
  });

  test('a node that comes back late learns of it, and what it registers then is not buried', async () => {
    await using cluster = await start({ leaseMs: 300 });
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    await n1.state.sessions.open(session);
    const [expired] = await expiredLeases(n2);
    expect(await n1.state.leases.renew(nodeReport())).toMatchObject({ kind: 'late' });
    expect(await n1.state.sessions.register(session, [])).toBe('registered');
    // The other node had made up its mind before, and acts only now.
    await n2.state.leases.bury(expired as string);
    expect(await n2.state.sessions.takeExpired(everything)).toEqual([]);
    expect(await n1.state.leases.renew(nodeReport())).toMatchObject({ kind: 'renewed' });
  });

  test('a process that is started under the same name takes over, and the earlier one learns', async () => {
    await using cluster = await start({ leaseMs: 300 });
    const { backend, n1, n2 } = cluster;
    await n1.state.sessions.open(sessionOn(n1));
    const successor = await openNode(backend, n1.id);
    await successor.state.leases.take();
    expect(await n1.state.leases.renew(nodeReport())).toEqual({ kind: 'usurped' });
    // The sessions of the earlier process are not those of the later one.
    const renewal = setInterval(() => void successor.state.leases.renew(nodeReport()), 50);
    const [expired] = await expiredLeases(n2);
    clearInterval(renewal);
    await n2.state.leases.bury(expired as string);
    const ending = await n2.state.sessions.takeExpired(everything);
    expect(ending).toMatchObject([{ peerId: 'ada' }]);
  });

  test('a process that has lost its name does not get it back by beginning another lease', async () => {
    await using cluster = await start({ leaseMs: 60_000 });
    const { backend, n1 } = cluster;
    const successor = await openNode(backend, n1.id);
    await successor.state.leases.take();
    await n1.state.leases.take();
    expect(await n1.state.leases.renew(nodeReport())).toEqual({ kind: 'usurped' });
    expect(await successor.state.leases.renew(nodeReport())).toMatchObject({ kind: 'renewed' });
  });

  test('a process that begins another lease under its own name is no stranger to itself', async () => {
    await using cluster = await start({ leaseMs: 60_000 });
    const { n1, n2 } = cluster;
    await n1.state.leases.take();
    expect(await n1.state.leases.renew(nodeReport())).toMatchObject({ kind: 'renewed' });
    expect(await n2.state.leases.renew(nodeReport())).toMatchObject({ kind: 'renewed' });
  });
}
