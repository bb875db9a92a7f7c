import { type Call, PeerId, RoomId, UserId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { bindingAt, callId, userNamed } from './call-requests.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';

const ada = userNamed('ada');
const bob = userNamed('bob (ä) {1}');

const callAs = (state: Call['state'], rev: number, id = 'c1'): Call => ({
  ...{ callId: callId(id), rev, state },
  from: { userId: ada.userId, peerId: PeerId.parse('ada 1') },
  to: {
    userId: bob.userId,
    ...(state === 'accepted' && { peerId: PeerId.parse('bob-1') }),
  },
  ...{ roomId: RoomId.parse('room'), createdAt: 1_700_000_000_000, ringsUntil: 1_700_000_060_000 },
  data: { empty: [], text: 'é😀"' },
});

const intent = (id = 'c1', other = bob.userId, caller: string | null = 'ada 1') => ({
  ...{ callId: callId(id), other },
  caller: caller === null ? null : PeerId.parse(caller),
});

/** What every implementation of the UserStore port must do; see the port for the words. */
export function userStoreContract(
  createBackend: (options: { leaseMs: number }) => Promise<StateBackend>,
): void {
  async function start(leaseMs = 60_000) {
    const backend = await createBackend({ leaseMs });
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    await n2.state.leases.take();
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, [Symbol.asyncDispose]: close };
  }

  const statusOf = async (node: RecordingNode, user = ada) =>
    (await node.state.users.watch([user]))[0]?.status;

  test('SPEC 13.1: a user is online from the first session to the last', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    expect(await statusOf(n2)).toBe('offline');
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1'));
    await n2.state.users.attach(ada, bindingAt(n2.id, 'ada-2'));
    expect(await statusOf(n2)).toBe('online');
    await n1.state.users.detach(ada, bindingAt(n1.id, 'ada 1', 2));
    expect(await statusOf(n2)).toBe('online');
    await n2.state.users.detach(ada, bindingAt(n2.id, 'ada-2', 2));
    expect(await statusOf(n2)).toBe('offline');
  });

  test('SPEC 13.3: changes are told to the nodes that watch, in order of rev, and to no other', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const [first] = await n2.state.users.watch([ada]);
    expect(first).toMatchObject({ user: ada, status: 'offline' });
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1'));
    const online = await n2.standings.first(({ status }) => status === 'online');
    expect(online.user).toEqual(ada);
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada-2'));
    for (const peer of ['ada 1', 'ada-2']) {
      await n1.state.users.detach(ada, bindingAt(n1.id, peer, 2));
    }
    const offline = await n2.standings.first(({ status }) => status === 'offline');
    expect([first?.rev, online.rev, offline.rev]).toEqual(
      [first?.rev, online.rev, offline.rev].toSorted(),
    );
    expect(new Set([first?.rev, online.rev, offline.rev]).size).toBe(3);
    await n2.state.users.unwatch([ada]);
    await n1.state.users.watch([ada]);
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada-3'));
    await n1.standings.first(({ status }) => status === 'online');
    expect(n2.standings.seen.map(({ status }) => status)).toEqual(['online', 'offline']);
  });

  test('a snapshot has the rev of the last change, and one made after it was forgotten is later', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    await n2.state.users.watch([ada]);
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1'));
    const { rev } = await n2.standings.first(() => true);
    expect(await n1.state.users.watch([bob, ada])).toEqual([
      { user: bob, status: 'offline', rev: expect.any(Number) },
      { user: ada, status: 'online', rev },
    ]);
  });

  test('a node that does not say again that it watches is told no more', async () => {
    // It watches for fifteen leases.
    await using cluster = await start(10);
    const { n1, n2 } = cluster;
    await n2.state.users.watch([ada]);
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1'));
    await n2.standings.first(() => true);
    let epoch = 1;
    const toggle = async () => {
      const before = n2.standings.seen.length;
      epoch += 1;
      await n1.state.users.detach(ada, bindingAt(n1.id, 'ada 1', epoch));
      await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1', epoch));
      n2.state.bus.send(n2.id, { type: 'handover', peerId: PeerId.parse('m'), epoch, notices: [] });
      const isMarker = (each: { type: string }) => 'epoch' in each && each.epoch === epoch;
      await n2.messages.first(isMarker);
      return n2.standings.seen.length - before;
    };
    await waitUntil(toggle, (told) => told === 0, { what: 'n2 to be told nothing any more' });
  });

  test('a session that was bound anew is not detached under its former epoch', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1', 1));
    await n2.state.users.attach(ada, bindingAt(n2.id, 'ada 1', 2));
    expect(await n1.state.users.attach(ada, bindingAt(n1.id, 'ada 1', 1))).toEqual({
      kind: 'fenced',
    });
    expect(await n1.state.users.detach(ada, bindingAt(n1.id, 'ada 1', 1))).toEqual([]);
    expect(await statusOf(n1)).toBe('online');
    await n1.state.users.engage(ada, callAs('ringing', 1));
    await n2.callEvents.first(() => true);
    expect(n1.callEvents.seen).toEqual([]);
  });

  test('SPEC 14.5: a call is told to each node of the sessions of its user, once for each rev', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    await n1.state.users.attach(bob, bindingAt(n1.id, 'bob-1'));
    await n2.state.users.attach(bob, bindingAt(n2.id, 'bob-2'));
    await n2.state.users.attach(bob, bindingAt(n2.id, 'bob-3'));
    for (const rev of [1, 1, 2, 1, 2]) {
      const call = callAs(rev === 1 ? 'ringing' : 'accepted', rev);
      expect(await n1.state.users.engage(bob, call)).toEqual({ isHere: true });
    }
    await n1.state.users.engage(bob, callAs('ended', 3));
    for (const node of [n1, n2]) {
      await node.callEvents.first(({ call }) => call.rev === 3);
      expect(node.callEvents.seen.map(({ call }) => call.rev).toSorted()).toEqual([1, 2, 3]);
      const [event] = node.callEvents.seen.filter(({ call }) => call.rev === 1);
      expect(event).toEqual({ tenant: 'default', call: callAs('ringing', 1) });
    }
  });

  test('SPEC 14.5: a session that was away is named the calls that have just ended, too', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const { users } = n1.state;
    await users.attach(bob, bindingAt(n1.id, 'bob-1', 1));
    await users.engage(bob, callAs('accepted', 2, 'goes on'));
    await users.engage(bob, callAs('ended', 3, 'over'));
    const later = await n2.state.users.attach(bob, bindingAt(n2.id, 'bob-2', 1));
    expect(later).toEqual({
      kind: 'attached',
      calls: [{ callId: 'goes on', other: ada.userId }],
    });
    const back = await n2.state.users.attach(bob, bindingAt(n2.id, 'bob-1', 2));
    if (back.kind !== 'attached') throw new Error('not attached');
    expect(back.calls.map((call) => call.callId).toSorted()).toEqual(['goes on', 'over']);
  });

  test('SPEC 13.1: a user is in a call from its acceptance to its end, or to that of the session', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const { users } = n1.state;
    await users.attach(bob, bindingAt(n1.id, 'bob-1'));
    await users.attach(bob, bindingAt(n1.id, 'bob-2'));
    await users.engage(bob, callAs('ringing', 1));
    expect(await statusOf(n2, bob)).toBe('online');
    await users.engage(bob, callAs('accepted', 2));
    expect(await statusOf(n2, bob)).toBe('in-call');
    await n2.state.users.watch([bob]);
    await users.engage(bob, callAs('ended', 3));
    expect(await statusOf(n2, bob)).toBe('online');
    await users.engage(bob, callAs('accepted', 2, 'c2'));
    await n2.standings.first(({ status }) => status === 'in-call');
    expect(await users.detach(bob, bindingAt(n1.id, 'bob-1', 2))).toEqual([
      { callId: 'c2', other: 'ada' },
    ]);
    expect(await statusOf(n2, bob)).toBe('online');
    // Whoever ends the session may have to ask twice.
    expect(await users.detach(bob, bindingAt(n1.id, 'bob-1', 2))).toHaveLength(1);
    expect(await users.engage(bob, callAs('accepted', 2, 'c2'))).toEqual({ isHere: false });
  });

  test('a call that is intended is found from either side, and by the end of its session', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const { users } = n1.state;
    expect(await users.intend(ada, intent())).toEqual({ kind: 'absent' });
    await users.attach(ada, bindingAt(n1.id, 'ada 1'));
    const intended = { kind: 'intended', isInCall: false };
    expect(await users.intend(ada, intent())).toEqual(intended);
    expect(await users.intend(ada, intent())).toEqual(intended);
    expect(await users.intend(bob, intent('c1', ada.userId, null))).toEqual(intended);
    expect(await n2.state.users.find(ada, callId('c1'))).toBe(bob.userId);
    expect(await n2.state.users.find(bob, callId('c1'))).toBe(ada.userId);
    expect(await n2.state.users.find(bob, callId('c2'))).toBeNull();
    const named = [{ callId: 'c1', other: bob.userId }];
    expect(await n2.state.users.attach(ada, bindingAt(n2.id, 'ada-2'))).toEqual({
      kind: 'attached',
      calls: named,
    });
    expect(await users.detach(ada, bindingAt(n1.id, 'ada 1', 2))).toEqual(named);
    expect(await statusOf(n2, bob)).toBe('offline');
    await users.release(ada, callId('c1'));
    expect(await users.find(ada, callId('c1'))).toBeNull();
  });

  test('a session that no node keeps is lost, and its user is offline then', async () => {
    // It is kept for fifteen leases.
    await using cluster = await start(50);
    const { n1, n2 } = cluster;
    const { users } = n1.state;
    const ghost = { user: bob, peerId: PeerId.parse('bob 1') };
    const kept = { user: ada, peerId: PeerId.parse('ada 1') };
    await n2.state.users.watch([bob]);
    await users.attach(bob, bindingAt(n1.id, 'bob 1'));
    await users.engage(bob, { ...callAs('accepted', 2), to: { ...bob, peerId: ghost.peerId } });
    await users.attach(ada, bindingAt(n1.id, 'ada 1'));
    expect(await users.keep([kept, ghost])).toEqual([]);
    const lost = await waitUntil(
      async () => {
        await users.keep([kept]);
        await n2.state.users.watch([bob]);
        return n2.state.users.takeLost({ index: 0, of: 1 });
      },
      (taken) => taken.length > 0,
      { what: 'a session to be lost' },
    );
    expect(lost).toEqual([{ ...ghost, calls: [{ callId: 'c1', other: ada.userId }] }]);
    await n2.standings.first(({ status }) => status === 'offline');
    expect(await users.takeLost({ index: 0, of: 1 })).toEqual([]);
    expect(await users.keep([ghost, kept])).toEqual([ghost]);
    await users.detach(ada, bindingAt(n1.id, 'ada 1', 2));
    expect(await users.keep([kept])).toEqual([kept]);
  });

  test('all shares together find every session that is lost', async () => {
    await using cluster = await start(1);
    const { users } = cluster.n1.state;
    const names = Array.from({ length: 40 }, (_, index) => `user:${index}`);
    for (const name of names) {
      await users.attach(userNamed(name), bindingAt(cluster.n1.id, `${name}'s`));
    }
    const found = new Set<string>();
    const look = async () => {
      for (const index of [0, 1, 2]) {
        for (const { user } of await users.takeLost({ index, of: 3 })) found.add(user.userId);
      }
      return found.size;
    };
    await waitUntil(look, (count) => count === names.length, { what: 'all sessions to be lost' });
  });

  test('an id that means another call of the user is taken', async () => {
    await using cluster = await start();
    const { users } = cluster.n1.state;
    await users.intend(bob, intent('c1', ada.userId, null));
    const another = intent('c1', UserId.parse('cy'), null);
    expect(await users.intend(bob, another)).toEqual({ kind: 'taken' });
    await users.attach(bob, bindingAt(cluster.n1.id, 'bob-1'));
    const reverse = intent('c1', ada.userId, 'bob-1');
    expect(await users.intend(bob, reverse)).toEqual({ kind: 'taken' });
  });

  test('SPEC 14.4: a user who is in another accepted call is busy', async () => {
    await using cluster = await start();
    const { n1 } = cluster;
    const { users } = n1.state;
    await users.attach(bob, bindingAt(n1.id, 'bob-1'));
    await users.engage(bob, callAs('accepted', 2));
    const same = await users.intend(bob, intent('c1', ada.userId, null));
    expect(same).toEqual({ kind: 'intended', isInCall: false });
    const other = await users.intend(bob, intent('c2', ada.userId, null));
    expect(other).toEqual({ kind: 'intended', isInCall: true });
  });

  test('a call that is over is remembered, and is not released', async () => {
    await using cluster = await start();
    const { users } = cluster.n1.state;
    await users.engage(bob, callAs('ended', 3));
    await users.release(bob, callId('c1'));
    expect(await users.find(bob, callId('c1'))).toBe(ada.userId);
    const attached = await users.attach(bob, bindingAt(cluster.n1.id, 'bob-1'));
    expect(attached).toEqual({ kind: 'attached', calls: [] });
  });

  test('SPEC 14.9: a user has so many calls at most', async () => {
    await using cluster = await start();
    const { users } = cluster.n1.state;
    for (let index = 0; index < 500; index++) {
      await users.intend(bob, intent(`c${index}`, ada.userId, null));
    }
    expect(await users.intend(bob, intent('c500', ada.userId, null))).toEqual({ kind: 'full' });
    expect(await users.intend(bob, intent('c0', ada.userId, null))).toMatchObject({
      kind: 'intended',
    });
  });
}
