import type { EndingSession, NewSession, SessionListing, SessionOwner } from '@switchboard/core';
import { Cursor, PeerId, TenantId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { profile } from './profiles.ts';
import { roomNamed } from './requests.ts';

const clinic = TenantId.parse('clinic');
const other = TenantId.parse('other');

/** What every implementation of the SessionRegistry port must do; see the port for the words. */
export function sessionRegistryContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    await n2.state.leases.take();
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, [Symbol.asyncDispose]: close };
  }

  const sessionOn = (node: RecordingNode, peer: string, tenant = clinic): NewSession => ({
    binding: { peerId: PeerId.parse(peer), node: node.id, epoch: 1 },
    owner: `${tenant}:` as SessionOwner,
    secretDigest: `digest of ${peer}`,
    graceMs: 60_000,
    profile: { ...profile, tenant, userAgent: `the browser of ${peer}` },
  });

  async function listed(node: RecordingNode, { tenant = clinic, limit = 100 } = {}) {
    const sessions: SessionListing[] = [];
    let cursor: Cursor | null = null;
    do {
      const page = await node.state.registry.list({ tenant, cursor, limit });
      expect(page.sessions.length).toBeLessThanOrEqual(limit);
      sessions.push(...page.sessions);
      cursor = page.cursor;
    } while (cursor !== null);
    return sessions;
  }

  const namesOf = (sessions: readonly SessionListing[]) => sessions.map(({ peerId }) => peerId);

  test('every session of a tenant is listed once, with what is known of it, and is counted', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const peers = ['a:b', '(x', 'é', ...Array.from({ length: 40 }, (_, index) => `p${index}`)];
    for (const peer of peers) await n1.state.sessions.open(sessionOn(n1, peer));
    await n2.state.sessions.open(sessionOn(n2, 'elsewhere', other));
    expect(namesOf(await listed(n2, { limit: 7 })).toSorted()).toEqual(peers.toSorted());
    expect(await n2.state.registry.total(clinic)).toBe(peers.length);
    const session = sessionOn(n2, 'elsewhere', other);
    await n2.state.sessions.intend(session.binding, roomNamed('first'));
    await n2.state.sessions.detach(session.binding);
    expect(await listed(n1, { tenant: other })).toEqual([
      {
        peerId: 'elsewhere',
        profile: session.profile,
        node: 'n2',
        isConnected: false,
        rooms: [roomNamed('first')],
      },
    ]);
  });

  test('a session is listed from its beginning to the beginning of its end, however it moves', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1, 'ada');
    // It was lost, and is registered anew.
    await n1.state.sessions.register(session, []);
    await n1.state.sessions.register(session, []);
    const { secretDigest, owner } = session;
    const { peerId } = session.binding;
    await n2.state.sessions.claim({ peerId, owner, secretDigest, node: n2.id });
    expect(await listed(n1)).toMatchObject([{ peerId: 'ada', node: 'n2', isConnected: true }]);
    const ending = await n2.state.sessions.end({ peerId, node: n2.id, epoch: 2 });
    expect(await listed(n1)).toEqual([]);
    expect(await n1.state.registry.total(clinic)).toBe(0);
    await n2.state.sessions.settle(ending as EndingSession);
    expect(await n1.state.registry.total(clinic)).toBe(0);
  });

  test('an evicted session ends wherever it is, and the node that held it is told', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1, 'ada');
    const { peerId } = session.binding;
    await n1.state.sessions.open(session);
    await n1.state.sessions.intend(session.binding, roomNamed('first'));
    const { registry } = n2.state;
    expect(await registry.evict(other, peerId)).toBeNull();
    expect(await registry.evict(clinic, PeerId.parse('nobody'))).toBeNull();
    const ending = await registry.evict(clinic, peerId);
    const { profile: known } = session;
    expect(ending).toEqual({ peerId, epoch: 2, profile: known, rooms: [roomNamed('first')] });
    expect(await registry.evict(clinic, peerId)).toBeNull();
    const fence = await n1.fences.first(() => true);
    expect(fence).toEqual({ peerId, epoch: 2, node: null });
    expect(await n1.state.sessions.register(session, [])).toBe('ended');
    const { owner, secretDigest } = session;
    const claim = { peerId, owner, secretDigest, node: n2.id };
    expect(await n2.state.sessions.claim(claim)).toEqual({ kind: 'unknown' });
  });

  test('a cursor that nobody has said is refused', async () => {
    await using cluster = await start();
    const request = { tenant: clinic, cursor: Cursor.parse('17'), limit: 10 };
    const asked = cluster.n1.state.registry.list(request);
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument', path: ['cursor'] });
  });
}
