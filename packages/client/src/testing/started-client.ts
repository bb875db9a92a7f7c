import type { CommandPayload, Participant } from '@switchboard/protocol';
import { SwitchboardClient } from '../client.ts';
import { FakeCluster } from './fake-cluster.ts';
import { peer, snapshot, someone } from './samples.ts';

/** A client that has not connected yet, its cluster, and the states it goes through. */
export const start = () => {
  const cluster = new FakeCluster();
  const client = new SwitchboardClient(
    { connectTimeoutMs: 20_000, commandTimeoutMs: 1_000 },
    () => cluster,
  );
  const states: string[] = [];
  client.on('stateChanged', ({ state }) => states.push(state));
  return { cluster, client, states };
};

/** A client in a room with others, and everything the room says from then on. */
export const startInRoom = async (...others: Participant[]) => {
  const started = start();
  const { cluster, client } = started;
  void client.connect();
  cluster.welcome(peer('me'));
  letIn(cluster, 'me', 1, others);
  const room = await client.join('room', { name: 'me', media: { camera: true }, capacity: 4 });
  const told: string[] = [];
  room.on('participantJoined', ({ participant }) => told.push(`${participant.peerId} joined`));
  room.on('participantLeft', ({ participant }) => told.push(`${participant.peerId} left`));
  room.on('participantUpdated', ({ participant }) => told.push(`${participant.peerId} updated`));
  room.on('rejoined', ({ self }) => told.push(`back as ${self.peerId}`));
  room.on('left', ({ reason }) => told.push(`over: ${reason}`));
  cluster.received.length = 0;
  return { ...started, room, told };
};

/** From now on the cluster answers a join with the room as given. */
export const letIn = (cluster: FakeCluster, id: string, rev: number, others: Participant[]) => {
  cluster.answers['room:join'] = ({ media }: CommandPayload<'room:join'>) => {
    const self = someone(id, { media: media ?? someone(id).media, seat: 9 });
    return { ok: true, peerId: peer(id), room: snapshot(rev, [...others, self]) };
  };
};
