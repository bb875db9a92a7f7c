import { defaultTenant, NodeId, RoomId } from '@switchboard/protocol';
import { connectRedisState } from '@switchboard/state-redis';
import { type Cluster, waitUntil } from '@switchboard/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RoomModel, RoomModels } from './room-model.ts';
import { startNodes } from './start-nodes.ts';
import { disposing, TestClient } from './test-client.ts';

/** `INTERLEAVINGS_SEED=<seed>` runs the same again, as far as the network lets it. */
const seed = Number(process.env['INTERLEAVINGS_SEED'] ?? Date.now() % 2 ** 31);
const interleavings = 500;
/** So many rooms at once; sessions may be in no more than 20. */
const batchSize = 20;
const clientCount = 9;

interface Move {
  readonly who: number;
  readonly do: 'room:join' | 'room:leave';
}

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    who: fc.nat({ max: clientCount - 1 }),
    do: fc.constantFrom('room:join' as const, 'room:join' as const, 'room:leave' as const),
  }),
  { minLength: 4, maxLength: 16, size: 'max' },
);

let cluster: Cluster;

beforeAll(async () => {
  const env = { COMMANDS_PER_SECOND: '100000' };
  cluster = await startNodes({ nodes: 3, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

interface Player {
  readonly client: TestClient;
  readonly models: RoomModels;
}

/** Sends all moves of a room without waiting in between, and takes up the answers. */
async function play(players: readonly Player[], roomId: string, script: readonly Move[]) {
  const send = async ({ who, do: command }: Move) => {
    const { client, models } = players[who] as Player;
    if (command === 'room:leave') {
      const left = await client.send(command, { roomId }, () => models.rooms.delete(roomId));
      expect(left).toMatchObject({ ok: true });
      return;
    }
    const answer = await client.send('room:join', { roomId, capacity: 4 }, (joined) => {
      // A join that is answered while one is in already shows the room as it is.
      if (joined.ok) models.rooms.set(roomId, new RoomModel(joined.room));
    });
    if (!answer.ok) expect(answer.error.code).toBe('room_full');
  };
  await Promise.all(script.map(send));
}

test(`SPEC 3.1, 3.6, 3.7: after ${interleavings} interleavings of join and leave, all nodes agree with Redis`, async () => {
  console.info(`INTERLEAVINGS_SEED=${seed}`);
  await using stack = new AsyncDisposableStack();
  const clients = await TestClient.connectAll(cluster.nodes, clientCount);
  stack.use(disposing(clients));
  const players = clients.map((client) => ({ client, models: new RoomModels(client.socket) }));
  const redis = await connectRedisState({
    url: cluster.redis.url,
    keyPrefix: cluster.keyPrefix,
    node: NodeId.parse('reader'),
    onError: () => {},
  });
  stack.defer(() => redis.close());
  const stored = async (roomId: string) => {
    const room = await redis.rooms.read({ tenant: defaultTenant, roomId: RoomId.parse(roomId) });
    return room?.members.map(({ participant }) => participant.peerId) ?? [];
  };

  const scripts = fc.sample(moves, { seed, numRuns: interleavings });
  for (let first = 0; first < scripts.length; first += batchSize) {
    const batch = scripts.slice(first, first + batchSize).map((script, index) => ({
      roomId: `interleaving-${first + index}`,
      script,
    }));
    await Promise.all(batch.map(({ roomId, script }) => play(players, roomId, script)));
    for (const { roomId } of batch) {
      let members: string[] = await stored(roomId);
      expect(members.length).toBeLessThanOrEqual(4);
      const believing = players.filter(({ models }) => models.rooms.has(roomId));
      const names = believing.map(({ client }) => client.peerId);
      expect(names.toSorted(), roomId).toEqual(members.toSorted());
      // The last events may be on their way; then every client, on whichever node, knows the room.
      await waitUntil(
        () => believing.map(({ models }) => models.rooms.get(roomId)?.peerIds),
        (known) => known.every((each) => JSON.stringify(each) === JSON.stringify(members)),
        { what: `all in ${roomId} to know of ${members}`, intervalMs: 2 },
      );
      // A join of a room that one is in is answered by the node, out of its view.
      for (const { client, models } of believing) {
        const { room } = await client.must('room:join', { roomId });
        expect(room.participants.map(({ peerId }) => peerId)).toEqual(members);
        await client.send('room:leave', { roomId }, () => models.rooms.delete(roomId));
        members = members.filter((each) => each !== client.peerId);
        await waitUntil(
          () => believing.flatMap((each) => each.models.rooms.get(roomId)?.peerIds.length ?? []),
          (lengths) => lengths.every((length) => length === members.length),
          { what: `${client.peerId} to be gone from ${roomId}`, intervalMs: 1 },
        );
      }
      expect(await stored(roomId)).toEqual([]);
    }
    expect(players.flatMap(({ models }) => models.complaints)).toEqual([]);
  }
}, 60_000);
