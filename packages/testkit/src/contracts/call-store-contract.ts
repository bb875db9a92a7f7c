import type { DueCall } from '@switchboard/core';
import type { Call } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { changeBy, inviteRequest, refBetween } from './call-requests.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';

const everything = { index: 0, of: 1 };

/** What every implementation of the CallStore port must do; see the port for the words. */
export function callStoreContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    const calls = n1.state.calls;
    const ref = refBetween('ada', 'bob', 'c1');
    const close = () => backend[Symbol.asyncDispose]();
    return { calls, elsewhere: n2.state.calls, ref, [Symbol.asyncDispose]: close };
  }

  const due = (calls: Awaited<ReturnType<typeof start>>['calls']): Promise<DueCall[]> =>
    waitUntil(
      () => calls.takeDue(everything),
      (taken) => taken.length > 0,
      { what: 'a call to be due' },
    );

  test('SPEC 14.2: an invitation rings; repeated, it is the same call', async () => {
    await using cluster = await start();
    const { calls, elsewhere, ref } = cluster;
    const made = await calls.invite(inviteRequest('ada', 'bob', 'c1'));
    expect(made).toEqual({
      kind: 'made',
      call: {
        ...{ callId: 'c1', rev: 1, state: 'ringing' },
        from: { userId: 'ada', peerId: "ada's", name: 'ada' },
        ...{ to: { userId: 'bob' }, roomId: 'room of c1' },
        createdAt: expect.any(Number),
        ringsUntil: expect.any(Number),
        data: { subject: 'é😀"', empty: [] },
      },
    });
    const { call } = made;
    expect(call.ringsUntil - call.createdAt).toBe(60_000);
    expect(await elsewhere.invite(inviteRequest('ada', 'bob', 'c1'))).toEqual({
      kind: 'known',
      call,
    });
    expect(await elsewhere.read(ref)).toEqual(call);
    expect(await elsewhere.read(refBetween('bob', 'ada', 'c1'))).toEqual(call);
    expect(await elsewhere.read(refBetween('ada', 'bob', 'c2'))).toBeNull();
  });

  test('SPEC 14.3: each transition is made by its own side, repeated without effect, and no other', async () => {
    await using cluster = await start();
    const { calls } = cluster;
    const roads = [
      { by: 'bob', action: 'accept', state: 'accepted', impossible: ['reject', 'cancel'] },
      { by: 'bob', action: 'reject', state: 'rejected', impossible: ['accept', 'cancel', 'end'] },
      { by: 'ada', action: 'cancel', state: 'cancelled', impossible: ['accept', 'reject', 'end'] },
    ] as const;
    for (const { by, action, state, impossible } of roads) {
      const ref = refBetween('ada', 'bob', action);
      const request = inviteRequest('ada', 'bob', action, { refuseIfBusy: false });
      await calls.invite(request);
      expect(await calls.change(ref, changeBy('ada', 'accept'))).toMatchObject({ kind: 'refused' });
      expect(await calls.change(ref, changeBy('ada', 'reject'))).toMatchObject({ kind: 'refused' });
      expect(await calls.change(ref, changeBy('bob', 'cancel'))).toMatchObject({ kind: 'refused' });
      expect(await calls.change(ref, changeBy('bob', 'end'))).toMatchObject({ kind: 'refused' });
      for (let round = 0; round < 2; round++) {
        expect(await calls.change(ref, changeBy(by, action))).toMatchObject({
          kind: round === 0 ? 'changed' : 'repeated',
          call: { state, rev: 2 },
        });
      }
      for (const other of impossible) {
        for (const user of ['ada', 'bob']) {
          expect(await calls.change(ref, changeBy(user, other))).toMatchObject({
            kind: 'refused',
            call: { state, rev: 2 },
          });
        }
      }
    }
    const ref = refBetween('ada', 'bob', 'accept');
    for (const user of ['ada', 'bob']) {
      expect(await calls.change(ref, changeBy(user, 'end'))).toMatchObject({
        kind: user === 'ada' ? 'changed' : 'repeated',
        call: { state: 'ended', rev: 3, to: { peerId: "bob's" } },
      });
    }
    expect(await calls.change(refBetween('ada', 'bob', 'none'), changeBy('ada', 'end'))).toEqual({
      kind: 'absent',
    });
  });

  test('SPEC 14.5: of two devices that answer, one has the call', async () => {
    await using cluster = await start();
    const { calls, elsewhere, ref } = cluster;
    await calls.invite(inviteRequest('ada', 'bob', 'c1'));
    const outcomes = await Promise.all([
      calls.change(ref, changeBy('bob', 'accept', 'phone')),
      elsewhere.change(ref, changeBy('bob', 'accept', 'desk')),
    ]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'refused']);
    const call = (await calls.read(ref)) as Call;
    const winner = outcomes[0].kind === 'changed' ? 'phone' : 'desk';
    expect(call).toMatchObject({ state: 'accepted', rev: 2, to: { peerId: winner } });
  });

  test('SPEC 14.6: two who call each other at once end up in one call, the earlier one', async () => {
    await using cluster = await start();
    const { calls, elsewhere } = cluster;
    const outcomes = await Promise.all([
      calls.invite(inviteRequest('ada', 'bob', 'by-ada')),
      elsewhere.invite(inviteRequest('bob', 'ada', 'by-bob')),
    ]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['made', 'met']);
    const ids = ['by-ada', 'by-bob'];
    const known = await Promise.all(ids.map((id) => calls.read(refBetween('ada', 'bob', id))));
    expect(known[0]).toEqual(known[1]);
    const [first] = outcomes[0].kind === 'made' ? ['ada', 'bob'] : ['bob', 'ada'];
    expect(known[0]).toMatchObject({ callId: `by-${first}`, state: 'accepted', rev: 2 });
    expect(known[0]?.from.peerId).toBe(`${first}'s`);
    expect(known[0]?.to.peerId).toBe(first === 'ada' ? "bob's" : "ada's");
    // Whichever of the two ids is used: it is that call.
    const again = await calls.invite(inviteRequest('bob', 'ada', 'by-bob'));
    expect(again).toEqual({ kind: 'known', call: known[0] });
    await calls.change(refBetween('ada', 'bob', 'by-bob'), changeBy('ada', 'end'));
    const ended = await calls.read(refBetween('ada', 'bob', 'by-ada'));
    expect(ended).toMatchObject({ state: 'ended', rev: 3 });
  });

  test('SPEC 14.4: a callee who is busy is not rung, unless the caller says so', async () => {
    await using cluster = await start();
    const { calls } = cluster;
    const busy = await calls.invite(inviteRequest('ada', 'bob', 'c1', { isBusy: true }));
    expect(busy.call).toMatchObject({ state: 'busy', rev: 1, endedAt: expect.any(Number) });
    const ring = { isBusy: true, refuseIfBusy: false };
    const rung = await calls.invite(inviteRequest('ada', 'bob', 'c2', ring));
    expect(rung.call.state).toBe('ringing');
    await calls.change(refBetween('ada', 'bob', 'c2'), changeBy('bob', 'accept'));
    const third = await calls.invite(inviteRequest('bob', 'ada', 'c3'));
    expect(third.call.state).toBe('busy');
  });

  test('SPEC 14.7: the end of a session ends its part in calls, and no other', async () => {
    await using cluster = await start();
    const { calls, ref } = cluster;
    await calls.invite(inviteRequest('ada', 'bob', 'c1'));
    for (const [user, peer] of [
      ['bob', "bob's"],
      ['ada', 'other'],
    ] as const) {
      const outcome = await calls.change(ref, changeBy(user, 'drop', peer));
      expect(outcome).toMatchObject({ kind: 'refused', call: { state: 'ringing' } });
    }
    await calls.change(ref, changeBy('bob', 'accept', 'phone'));
    expect(await calls.change(ref, changeBy('bob', 'drop', 'desk'))).toMatchObject({
      kind: 'refused',
    });
    const ended = await calls.change(ref, changeBy('bob', 'drop', 'phone'));
    expect(ended).toMatchObject({ kind: 'changed', call: { state: 'ended', rev: 3 } });
    expect(await calls.change(ref, changeBy('ada', 'drop'))).toMatchObject({ kind: 'refused' });
    const second = refBetween('ada', 'bob', 'c2');
    await calls.invite(inviteRequest('ada', 'bob', 'c2'));
    expect(await calls.change(second, changeBy('ada', 'drop'))).toMatchObject({
      kind: 'changed',
      call: { state: 'cancelled' },
    });
  });

  test('SPEC 14.8: a call that rings for long enough is missed, once', async () => {
    await using cluster = await start();
    const { calls, elsewhere, ref } = cluster;
    const { call } = await calls.invite(inviteRequest('ada', 'bob', 'c1', { ringMs: 50 }));
    await calls.settle(ref, call.rev);
    const taken = await due(elsewhere);
    expect(taken).toEqual([
      {
        ...{ tenant: 'default', isNews: true },
        call: { ...call, state: 'missed', rev: 2, endedAt: expect.any(Number) },
      },
    ]);
    expect(await calls.takeDue(everything)).toEqual([]);
    await elsewhere.settle(ref, 2);
    const late = await calls.change(ref, changeBy('bob', 'accept'));
    expect(late).toMatchObject({ kind: 'refused', call: { state: 'missed' } });
  });

  test('a change that nobody has settled is handed out, until somebody does', async () => {
    await using cluster = await start();
    const { calls, elsewhere, ref } = cluster;
    await calls.invite(inviteRequest('ada', 'bob', 'c1'));
    await calls.change(ref, changeBy('ada', 'cancel'));
    // As of an earlier rev: the change since has not been told to anybody.
    await calls.settle(ref, 1);
    const [first] = await due(elsewhere);
    expect(first?.call).toMatchObject({ state: 'cancelled', rev: 2 });
    const [second] = await due(calls);
    expect(second).toEqual(first);
    await calls.settle(ref, 2);
    const other = await calls.invite(inviteRequest('ada', 'bob', 'c2'));
    const [third] = await due(calls);
    expect(third?.call).toEqual(other.call);
  });

  test('all shares together see every call that is due', async () => {
    await using cluster = await start();
    const { calls } = cluster;
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    for (const name of names) {
      await calls.invite(inviteRequest(`caller ${name}`, `callee:${name}`, name, { ringMs: 0 }));
    }
    const seen = new Set<string>();
    const look = async () => {
      for (const index of [0, 1, 2]) {
        for (const { call } of await calls.takeDue({ index, of: 3 })) seen.add(call.callId);
      }
      return seen.size;
    };
    await waitUntil(look, (count) => count === names.length, { what: 'all calls to be due' });
  });

  test('a call that was lost, or set back, is registered as it was; one that was not stays', async () => {
    await using cluster = await start();
    const { calls, elsewhere, ref } = cluster;
    const { call } = await calls.invite(inviteRequest('ada', 'bob', 'c1'));
    const accepted = {
      ...{ ...call, rev: 7, state: 'accepted' as const, answeredAt: call.createdAt + 5 },
      to: { ...call.to, peerId: call.from.peerId },
    };
    await elsewhere.register(ref, { ...accepted, rev: call.rev });
    expect(await calls.read(ref)).toEqual(call);
    await elsewhere.register(ref, accepted);
    expect(await calls.read(ref)).toEqual(accepted);
    await elsewhere.register(ref, call);
    expect(await calls.read(ref)).toEqual(accepted);
    const over = { ...accepted, rev: 8, state: 'ended' as const, endedAt: call.createdAt + 9 };
    await elsewhere.register(ref, over);
    expect(await calls.read(ref)).toEqual(over);
    expect((await calls.invite(inviteRequest('ada', 'bob', 'another'))).call.state).toBe('ringing');
    const lost = refBetween('ada', 'bob', 'lost');
    const again = { ...accepted, callId: lost.callId };
    await elsewhere.register(lost, again);
    expect(await calls.read(lost)).toEqual(again);
    const ended = await calls.change(lost, changeBy('ada', 'end'));
    expect(ended).toMatchObject({ kind: 'changed', call: { rev: 8 } });
  });
}
