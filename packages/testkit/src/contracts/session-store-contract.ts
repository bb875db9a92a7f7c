import type { EndingSession, NewSession, SessionOwner } from '@switchboard/core';
import { PeerId, UserId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { profile } from './profiles.ts';
import { roomNamed } from './requests.ts';

const owner = 'default:ada' as SessionOwner;
const everything = { index: 0, of: 1 };

const sessionOn = (node: RecordingNode, peer = 'ada', graceMs = 60_000): NewSession => ({
  binding: { peerId: PeerId.parse(peer), node: node.id, epoch: 1 },
  owner,
  secretDigest: `digest of ${peer}`,
  graceMs,
  profile,
});

const claimOf = (session: NewSession, node: RecordingNode) => ({
  peerId: session.binding.peerId,
  owner: session.owner,
  secretDigest: session.secretDigest,
  node: node.id,
});

/** What every implementation of the SessionStore port must do; see the port for the words. */
export function sessionStoreContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    await n2.state.leases.take();
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, [Symbol.asyncDispose]: close };
  }

  /** Sessions whose grace is over, as soon as there are any. */
  const expired = (node: RecordingNode): Promise<EndingSession[]> =>
    waitUntil(
      () => node.state.sessions.takeExpired(everything),
      (ending) => ending.length > 0,
      { what: 'a session to expire' },
    );

  test('a claim binds the session to the claiming node, with its rooms, under a higher epoch', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    await n1.state.sessions.open(session);
    const rooms = [roomNamed('first'), roomNamed('a:b {c}')];
    for (const room of rooms)
      expect(await n1.state.sessions.intend(session.binding, room)).toBe(true);
    const outcome = await n2.state.sessions.claim(claimOf(session, n2));
    expect(outcome).toMatchObject({
      kind: 'claimed',
      epoch: 2,
      previousNode: 'n1',
      graceMs: 60_000,
    });
    const named = outcome.kind === 'claimed' ? outcome.rooms : [];
    expect(new Set(named.map(({ roomId }) => roomId))).toEqual(new Set(['first', 'a:b {c}']));
    const fence = await n1.fences.first(() => true);
    expect(fence).toEqual({ peerId: 'ada', epoch: 2, node: 'n2' });
  });

  test('what a session is known by can be replaced, and is told at its claim and at its end', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    await n1.state.sessions.open(session);
    const known = { ...profile, userId: UserId.parse('Ada "of" {Lovelace}'), name: 'Ada' };
    expect(await n1.state.sessions.describe(session.binding, known)).toBe(true);
    const claim = await n2.state.sessions.claim(claimOf(session, n2));
    expect(claim).toMatchObject({ kind: 'claimed', profile: known });
    expect(await n1.state.sessions.describe(session.binding, profile)).toBe(false);
    const binding = { ...session.binding, node: n2.id, epoch: 2 };
    expect(await n2.state.sessions.end(binding)).toMatchObject({ profile: known });
    expect(await n2.state.sessions.describe(binding, profile)).toBe(false);
  });

  test('a fenced binding changes nothing any more', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1, 'ada', 0);
    await n1.state.sessions.open(session);
    await n1.state.sessions.intend(session.binding, roomNamed('kept'));
    await n2.state.sessions.claim(claimOf(session, n2));
    const { binding } = session;
    expect(await n1.state.sessions.intend(binding, roomNamed('late'))).toBe(false);
    await n1.state.sessions.forget(binding, roomNamed('kept'));
    await n1.state.sessions.detach(binding);
    expect(await n1.state.sessions.end(binding)).toBeNull();
    expect(await n1.state.sessions.register(session, [])).toBe('claimed');
    expect(await n1.state.sessions.takeExpired(everything)).toEqual([]);
    const again = await n2.state.sessions.claim(claimOf(session, n2));
    expect(again).toMatchObject({ kind: 'claimed', epoch: 3, rooms: [roomNamed('kept')] });
  });

  test('a claim with a wrong secret finds nothing, and one of another owner is forbidden', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    await n1.state.sessions.open(session);
    const claim = claimOf(session, n2);
    const { peerId } = session.binding;
    const { sessions } = n2.state;
    expect(await sessions.isResumable(peerId, 'guessed')).toBe(false);
    expect(await sessions.claim({ ...claim, secretDigest: 'guessed' })).toEqual({
      kind: 'unknown',
    });
    const thief = { ...claim, owner: 'default:eve' as SessionOwner };
    expect(await sessions.claim(thief)).toEqual({ kind: 'forbidden' });
    expect(await sessions.isResumable(peerId, session.secretDigest)).toBe(true);
    // Neither attempt has disturbed the one who holds it.
    expect(await n1.state.sessions.intend(session.binding, roomNamed('first'))).toBe(true);
  });

  test('a detached session ends after its grace, once, with the rooms it was in', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1, 'ada', 20);
    await n1.state.sessions.open(session);
    await n1.state.sessions.intend(session.binding, roomNamed('first'));
    await n1.state.sessions.detach(session.binding);
    expect(await expired(n2)).toEqual([
      {
        ...{ peerId: 'ada', epoch: 2, profile, rooms: [roomNamed('first')] },
        overdueMs: expect.any(Number),
      },
    ]);
    expect(await n1.state.sessions.takeExpired(everything)).toEqual([]);
    expect(await n2.state.sessions.claim(claimOf(session, n2))).toEqual({ kind: 'unknown' });
  });

  test('a detached session that is claimed in time does not end', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1, 'ada', 50);
    await n1.state.sessions.open(session);
    await n1.state.sessions.detach(session.binding);
    expect(await n2.state.sessions.claim(claimOf(session, n2))).toMatchObject({ kind: 'claimed' });
    // Another one, detached later, is over: so would this one be.
    const other = sessionOn(n1, 'bob', 50);
    await n1.state.sessions.open(other);
    await n1.state.sessions.detach(other.binding);
    expect((await expired(n2)).map(({ peerId }) => peerId)).toEqual(['bob']);
  });

  test('an ended session is gone for good: not to be claimed, registered or ended again', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    await n1.state.sessions.open(session);
    await n1.state.sessions.intend(session.binding, roomNamed('first'));
    const ending = await n1.state.sessions.end(session.binding);
    expect(ending).toEqual({ peerId: 'ada', epoch: 2, profile, rooms: [roomNamed('first')] });
    expect(await n1.state.sessions.end(session.binding)).toBeNull();
    await n1.state.sessions.settle(ending as EndingSession);
    expect(await n2.state.sessions.claim(claimOf(session, n2))).toEqual({ kind: 'unknown' });
    expect(await n1.state.sessions.register(session, [])).toBe('ended');
  });

  test('SPEC 3.10: a session that was replaced is remembered as such, to nobody but its own client', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    const { peerId } = session.binding;
    const claim = claimOf(session, n2);
    const { sessions } = n2.state;
    await n1.state.sessions.open(session);
    const ending = await n1.state.sessions.end(session.binding, 'replaced');
    // While its rooms are being left, and when they have been.
    for (const settle of [false, true]) {
      if (settle) await n1.state.sessions.settle(ending as EndingSession);
      expect(await sessions.isResumable(peerId, claim.secretDigest)).toBe(true);
      expect(await sessions.claim(claim)).toEqual({ kind: 'replaced' });
      expect(await sessions.isResumable(peerId, 'guessed')).toBe(false);
      expect(await sessions.claim({ ...claim, secretDigest: 'guessed' })).toEqual({
        kind: 'unknown',
      });
    }
    expect(await n1.state.sessions.register(session, [])).toBe('ended');
  });

  test('a session that was lost is registered anew and can be claimed with its rooms', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = { ...sessionOn(n1), binding: { ...sessionOn(n1).binding, epoch: 4 } };
    expect(await n1.state.sessions.register(session, [roomNamed('first')])).toBe('registered');
    expect(await n1.state.sessions.register(session, [roomNamed('first')])).toBe('registered');
    expect(await n2.state.sessions.claim(claimOf(session, n2))).toMatchObject({
      kind: 'claimed',
      epoch: 5,
      rooms: [roomNamed('first')],
    });
  });

  test('a node that did not hear of its own claim is told its epoch, and nothing is changed', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const session = sessionOn(n1);
    const { sessions } = n1.state;
    await sessions.open(session);
    await sessions.claim(claimOf(session, n1));
    const raised = { ...session, binding: { ...session.binding, epoch: 2 } };
    expect(await sessions.register(session, [roomNamed('late')])).toEqual({ raisedTo: 2 });
    expect(await sessions.listHeld()).toEqual([raised.binding]);
    expect(await sessions.register(raised, [roomNamed('first')])).toBe('registered');
    expect(await n2.state.sessions.claim(claimOf(session, n2))).toMatchObject({
      kind: 'claimed',
      epoch: 3,
      rooms: [roomNamed('first')],
    });
    expect(await sessions.register(raised, [])).toBe('claimed');
  });

  test('registering a detached session takes it back', async () => {
    await using cluster = await start();
    const { n1 } = cluster;
    const session = sessionOn(n1, 'ada', 0);
    await n1.state.sessions.open(session);
    await n1.state.sessions.detach(session.binding);
    expect(await n1.state.sessions.register(session, [])).toBe('registered');
    expect(await n1.state.sessions.takeExpired(everything)).toEqual([]);
  });

  test('all shares together see everything, and each only its own part', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const peers = Array.from({ length: 60 }, (_, index) => `p${index}`);
    for (const peer of peers) {
      const session = sessionOn(n1, peer, 0);
      await n1.state.sessions.open(session);
      await n1.state.sessions.detach(session.binding);
    }
    const seen: string[] = [];
    const look = async () => {
      for (const index of [0, 1, 2]) {
        const ending = await n2.state.sessions.takeExpired({ index, of: 3 });
        seen.push(...ending.map(({ peerId }) => peerId));
      }
      return seen.length;
    };
    await waitUntil(look, (count) => count >= peers.length, { what: 'all sessions to expire' });
    expect(seen.toSorted()).toEqual(peers.toSorted());
  });

  test('a node can list what it holds: neither what is detached, nor what was claimed from it', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const peers = ['ada', 'bob', 'cy', 'dan'];
    for (const peer of peers) await n1.state.sessions.open(sessionOn(n1, peer));
    await n1.state.sessions.detach(sessionOn(n1, 'bob').binding);
    await n2.state.sessions.claim(claimOf(sessionOn(n1, 'cy'), n2));
    await n1.state.sessions.end(sessionOn(n1, 'dan').binding);
    expect(await n1.state.sessions.listHeld()).toEqual([{ peerId: 'ada', node: 'n1', epoch: 1 }]);
    expect(await n2.state.sessions.listHeld()).toEqual([{ peerId: 'cy', node: 'n2', epoch: 2 }]);
  });
}
