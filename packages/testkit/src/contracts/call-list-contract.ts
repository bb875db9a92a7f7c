import type { CallStore } from '@switchboard/core';
import { type Call, Cursor, defaultTenant, type TenantId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { changeBy, inviteRequest, refBetween } from './call-requests.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';

/** How every implementation of the CallStore port must list calls; see the port for the words. */
export function callListContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    const { calls } = n1.state;
    const close = () => backend[Symbol.asyncDispose]();
    return { calls, elsewhere: n2.state.calls, [Symbol.asyncDispose]: close };
  }

  async function listed(
    calls: CallStore,
    { tenant = defaultTenant, limit = 100 }: { tenant?: TenantId; limit?: number } = {},
  ): Promise<Call[]> {
    const all: Call[] = [];
    let cursor: Cursor | null = null;
    do {
      const page = await calls.list({ tenant, cursor, limit });
      expect(page.calls.length).toBeLessThanOrEqual(limit);
      all.push(...page.calls);
      cursor = page.cursor;
    } while (cursor !== null);
    return all;
  }

  const idsOf = (calls: readonly Call[]) => calls.map(({ callId }) => callId).toSorted();

  test('every call of a tenant that goes on is listed once, as it is', async () => {
    await using cluster = await start();
    const { calls, elsewhere } = cluster;
    // As long as names can be, and as costly to write down.
    const long = '診'.repeat(128);
    const ids = ['c:1', 'é', ...Array.from({ length: 40 }, (_, index) => `c${index}`)];
    for (const id of ids) await calls.invite(inviteRequest(`a:${id}`, long, id));
    const theirs = inviteRequest('ada', 'bob', 'theirs');
    const other = 'other' as TenantId;
    await calls.invite({ ...theirs, ref: { ...theirs.ref, tenant: other } });
    expect(idsOf(await listed(elsewhere, { limit: 7 }))).toEqual(ids.toSorted());
    const [call] = await listed(elsewhere, { tenant: other });
    expect(call).toEqual(await calls.read({ ...theirs.ref, tenant: other }));
  });

  test('a call is listed from its beginning to its end, however it comes to that', async () => {
    await using cluster = await start();
    const { calls, elsewhere } = cluster;
    const ringsOn = { refuseIfBusy: false };
    for (const id of ['accepted', 'ended', 'rejected', 'cancelled']) {
      await calls.invite(inviteRequest('ada', 'bob', id, ringsOn));
    }
    const change = (id: string, by: string, action: Parameters<typeof changeBy>[1]) =>
      calls.change(refBetween('ada', 'bob', id), changeBy(by, action));
    for (const id of ['accepted', 'ended']) await change(id, 'bob', 'accept');
    await change('ended', 'ada', 'end');
    await change('rejected', 'bob', 'reject');
    await change('cancelled', 'ada', 'cancel');
    // The one who is called is calling as well: it is the call of the other.
    await calls.invite(inviteRequest('eve', 'tom', 'met'));
    await calls.invite(inviteRequest('tom', 'eve', 'alias'));
    await calls.invite(inviteRequest('ada', 'bob', 'refused'));
    expect(await listed(elsewhere)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ callId: 'accepted', state: 'accepted' }),
        expect.objectContaining({ callId: 'met', state: 'accepted' }),
      ]),
    );
    expect(idsOf(await listed(elsewhere))).toEqual(['accepted', 'met']);
  });

  test('a call that is registered anew is listed, and one that is missed is not', async () => {
    await using cluster = await start();
    const { calls, elsewhere } = cluster;
    const { call } = await calls.invite(inviteRequest('ada', 'bob', 'known'));
    const ref = refBetween('eve', 'tom', 'lost');
    const [from, to] = [
      { ...call.from, userId: ref.users[0] },
      { ...call.to, userId: ref.users[1] },
    ];
    await calls.register(ref, { ...call, from, to, callId: ref.callId, ringsUntil: 1 });
    expect(idsOf(await listed(elsewhere))).toEqual(['known', 'lost']);
    await expect
      .poll(() => calls.takeDue({ index: 0, of: 1 }), { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ isNews: true }));
    expect(idsOf(await listed(elsewhere))).toEqual(['known']);
  });

  test('a cursor that nobody has said is refused', async () => {
    await using cluster = await start();
    const request = { tenant: defaultTenant, cursor: Cursor.parse('17'), limit: 10 };
    const asked = cluster.calls.list(request);
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument', path: ['cursor'] });
  });
}
