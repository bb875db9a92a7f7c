import { silentMedia } from '@switchboard/protocol';
import { expect } from 'vitest';
import { type AcceptedSignal, type Run, roomIds } from './run-program.ts';

/** What must be true of a cluster that has come to rest. */

/** Store, views and clients have the same idea of who is in which room. */
export async function expectAgreement({ cluster }: Run): Promise<void> {
  for (const roomId of roomIds) {
    const stored = await cluster.stored(roomId);
    const members = stored?.members.map(({ participant }) => participant) ?? [];
    const believing = cluster.clients.filter(
      ({ model, state }) => state === 'connected' && model.rooms.has(roomId),
    );
    expect(
      believing.map(({ peerId }) => peerId).toSorted(),
      'SPEC 1.4, 3.2: in the room are those who believe to be',
    ).toEqual(members.map(({ peerId }) => peerId).toSorted());
    for (const client of believing) {
      const others = members.filter(({ peerId }) => peerId !== client.peerId);
      const known = [...(client.model.rooms.get(roomId)?.participants.values() ?? [])].filter(
        ({ peerId }) => peerId !== client.peerId,
      );
      expect(known, `what ${client.peerId} knows of ${roomId}`).toEqual(others);
      // A join of a room that one is in already is answered out of the node's view.
      await client.execute('room:join', {
        input: { roomId, media: silentMedia },
        answered: (answer) => {
          const { incarnation, rev } = stored ?? {};
          const room = { incarnation, rev, participants: members };
          expect(answer, `what the node of ${client.peerId} knows`).toMatchObject({
            result: { room },
          });
        },
      });
      expect(cluster.complaints).toEqual([]);
    }
  }
}

const arrivals = ({ id, from, to, roomId }: AcceptedSignal): number =>
  to.model.signals.filter((each) => each === `${from.peerId} ${roomId} ${id}`).length;

export function expectNoneTwice({ accepted }: Run): void {
  for (const signal of accepted) {
    expect(arrivals(signal), `signal ${signal.id} came more than once`).toBeLessThanOrEqual(1);
  }
}

/** Every accepted signal arrived once, or its sender was told that it has not. */
export function expectAccounted(result: Run): void {
  expectNoneTwice(result);
  for (const from of result.cluster.clients) {
    if (from.state !== 'connected') continue;
    const lost = result.accepted.filter((each) => each.from === from && arrivals(each) === 0);
    const { length: reported } = from.model.failures;
    expect(reported, `SPEC 4.5: reports to ${from.peerId}`).toBe(lost.length);
  }
}

/** Only who goes, or is gone already without the sender's knowledge, misses a signal. */
export function expectDeliveredWhereBothStayed({ accepted, cluster }: Run): void {
  for (const signal of accepted) {
    const { room, from, to } = signal;
    const stayed = [from, to].every(({ peerId }) => {
      const participant = room.participants.get(peerId);
      return participant && !cluster.history.hasGone(room.incarnation, participant);
    });
    if (stayed) expect(arrivals(signal), `SPEC 4.5: signal ${signal.id} has not arrived`).toBe(1);
  }
}

export function expectInOrder({ cluster }: Run): void {
  for (const { model } of cluster.clients) {
    const latest = new Map<string, number>();
    for (const signal of model.signals) {
      const [from, roomId, id] = signal.split(' ');
      const pair = `${from} ${roomId}`;
      expect(Number(id), `SPEC 4.2: from ${pair} to ${model.peerId}`).toBeGreaterThan(
        latest.get(pair) ?? 0,
      );
      latest.set(pair, Number(id));
    }
  }
}
