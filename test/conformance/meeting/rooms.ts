import { randomUUID } from 'node:crypto';
import type { Cluster } from '@switchboard/testkit';
import { callHttp } from '../call-http.ts';

export const internalSecret = 'the-servers-of-the-application-know-it';

/** The two who meet, by the names of users that every dialect can have. */
export const names = { doer: 'user1', watcher: 'user2' } as const;

/** Where two can meet: anywhere, or in a room that has to be made for them first. */
export type OpenRoom = (cluster: Cluster) => Promise<string>;

export const anyRoom: OpenRoom = async () => randomUUID();

/** Of an appointment between the two, as the appointment system has it made. */
export const appointmentRoom: OpenRoom = async (cluster) => {
  const path = `/video-call/room/appointment/${randomUUID()}/create`;
  const { body } = await callHttp(`${cluster.node('n1').url}${path}`, {
    headers: { 'x-internal-secret': internalSecret },
    json: { practitioner: { id: names.doer }, patient: { id: names.watcher } },
  });
  return (body as { roomId: string }).roomId;
};

/** Of a call that its technician has made. */
export const callRoom: OpenRoom = async (cluster) => {
  const url = `${cluster.node('n1').url}/api/create-call`;
  const { body } = await callHttp(url, { json: { userId: names.doer } });
  return (body as { callId: string }).callId;
};
