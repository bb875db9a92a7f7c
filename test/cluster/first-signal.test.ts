import { expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { disposing, TestClient } from './test-client.ts';

const rounds = 1_000;
/** So many pairs at once, each in rooms of its own. */
const pairs = 8;

/** What the one who is there already is told when another one comes and signals at once. */
async function meet(resident: TestClient, newcomer: TestClient, round: number): Promise<string[]> {
  const roomId = `round-${round}`;
  await resident.must('room:join', { roomId });
  const before = resident.told.length;
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  resident.socket.once('signal', () => resolve());
  const failed = new Promise<never>((_, reject) =>
    newcomer.socket.once('signal:failed', (failure) => reject(new Error(JSON.stringify(failure)))),
  );
  failed.catch(() => undefined);
  const sent: Promise<unknown>[] = [];
  const payload = { roomId, to: resident.peerId, kind: 'offer', data: { round } };
  // In the very callback of the answer, before anything else can happen.
  const joined = new Promise<void>((joinedAll) => {
    newcomer.socket.emit('room:join', { roomId }, () => {
      sent.push(newcomer.must('signal', payload));
      joinedAll();
    });
  });
  await joined;
  await Promise.race([Promise.all([...sent, arrived]), failed]);
  newcomer.socket.off('signal:failed');
  const told = resident.told.slice(before).map((event) => inWords(event, newcomer));
  await Promise.all([
    resident.must('room:leave', { roomId }),
    newcomer.must('room:leave', { roomId }),
  ]);
  return told;
}

/** Where an event is late, the node shows the whole room instead (SPEC 3.8). */
function inWords({ name, payload }: TestClient['told'][number], { peerId }: TestClient): string {
  const subjects = [payload['participant'], ...((payload['participants'] as unknown[]) ?? [])];
  const isThere = subjects.some((each) => (each as { peerId?: string })?.peerId === peerId);
  if ((name === 'participant:joined' || name === 'room:state') && isThere) return 'introduced';
  return name === 'signal' && payload['from'] === peerId ? 'signalled' : name;
}

const title =
  'SPEC 4.4: a signal sent the instant after a join elsewhere arrives behind it, 1,000 times of 1,000';

// Where signals and events travel on different roads, the one easily overtakes the other.
test.each([
  ['a Redis', 'single'],
  ['a Redis Cluster', 'cluster'],
] as const)(
  `${title}, over %s`,
  async (_, redis) => {
    const env = { COMMANDS_PER_SECOND: '100000' };
    await using cluster = await startNodes({ nodes: 3, redis, env });
    const residents = await TestClient.connectAll(cluster.nodes, pairs);
    using _residents = disposing(residents);
    // Shifted by one node: nobody is on the node of whom they meet.
    const newcomers = await TestClient.connectAll(
      [...cluster.nodes.slice(1), ...cluster.nodes.slice(0, 1)],
      pairs,
    );
    using _newcomers = disposing(newcomers);
    let next = 0;
    let arrived = 0;
    const work = async (resident: TestClient, newcomer: TestClient) => {
      while (next < rounds) {
        const told = await meet(resident, newcomer, next++);
        expect(told).toEqual(['introduced', 'signalled']);
        arrived += 1;
      }
    };
    await Promise.all(
      residents.map((resident, index) => work(resident, newcomers[index] as TestClient)),
    );
    expect(arrived).toBe(rounds);
  },
  60_000,
);
