import { randomUUID } from 'node:crypto';
import type { Cluster } from '@switchboard/testkit';
import { callHttp } from '../call-http.ts';

export const internalSecret = 'the-servers-of-the-application-know-it';

/** The two who meet, by the names of users that every dialect can have. */
export const names = { doer: 'user1', watcher: 'user2' } as const;

/** Where two can meet: anywhere, or in a room that has to be made for them first. */
export type OpenRoom = (cluster: Cluster) => Promise<string>;

export const anyRoom: OpenRoom = async () => randomUUID();

/** Has the appointment system make the room of an appointment between two users. */
export async function openAppointment(
  cluster: Cluster,
  { practitioner, patient }: { practitioner: string; patient: string },
  secret = internalSecret,
): Promise<string> {
  const path = `/video-call/room/appointment/${randomUUID()}/create`;
  const { body } = await callHttp(`${cluster.node('n1').url}${path}`, {
    headers: { 'x-internal-secret': secret },
    json: { practitioner: { id: practitioner }, patient: { id: patient } },
  });
  return (body as { roomId: string }).roomId;
}

export const appointmentRoom: OpenRoom = (cluster) =>
  openAppointment(cluster, { practitioner: names.doer, patient: names.watcher });

/** Of a call that its technician has made. */
export const callRoom: OpenRoom = async (cluster) => {
  const url = `${cluster.node('n1').url}/api/create-call`;
  const { body } = await callHttp(url, { json: { userId: names.doer } });
  return (body as { callId: string }).callId;
};
