import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Cluster, waitUntil } from '@switchboard/testkit';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';

export type NodeName = 'n1' | 'n2';

/** The demo users that the tests are about. */
export const technician = 'user1';
export const expert = 'user2';

export const connect = (cluster: Cluster, node: NodeName): Promise<DialectClient> =>
  DialectClient.connect(cluster.node(node).url, { dialect: 'remote-assist' });

export const statusOf = async (cluster: Cluster, userId: string): Promise<string | undefined> => {
  const { body } = await callHttp(`${cluster.node('n2').url}/api/users/status`);
  const { users } = body as { users: { username: string; status: string }[] };
  return users.find(({ username }) => username === userId)?.status;
};

/** Tests use the same few users one after another, and a connection has a time of grace. */
export async function untilOffline(cluster: Cluster, ...userIds: string[]): Promise<void> {
  for (const userId of userIds) {
    await waitUntil(
      () => statusOf(cluster, userId),
      (status) => status === 'offline',
      { what: `${userId} to be offline` },
    );
  }
}

/** Takes news of who is online until it is that: others come and go meanwhile. */
export async function untilTold(client: DialectClient, change: { userId: string; status: string }) {
  for (;;) if (isDeepStrictEqual(await client.next('user-status-change'), change)) return;
}

/** A client that has registered. */
export async function register(
  cluster: Cluster,
  node: NodeName,
  userId: string,
): Promise<DialectClient> {
  const client = await connect(cluster, node);
  client.emit('register', { userId });
  await client.next('user-status-change');
  return client;
}

export async function createCall(cluster: Cluster, userId = technician): Promise<string> {
  const url = `${cluster.node('n1').url}/api/create-call`;
  const { body } = await callHttp(url, { json: { userId } });
  return (body as { callId: string }).callId;
}

/** A technician and an expert, registered on a node each. */
export async function bothRegistered(cluster: Cluster) {
  await untilOffline(cluster, technician, expert);
  const tech = await register(cluster, 'n1', technician);
  const helper = await register(cluster, 'n2', expert);
  await tech.next('user-status-change');
  const resources = new DisposableStack();
  resources.use(tech);
  resources.use(helper);
  return { tech, helper, [Symbol.dispose]: () => resources.dispose() };
}

/** The two in a call that nobody has asked for. */
export async function bothInCall(cluster: Cluster) {
  await untilOffline(cluster, technician, expert);
  const callId = `call_${randomUUID()}`;
  const tech = await connect(cluster, 'n1');
  const helper = await connect(cluster, 'n2');
  const joined = async (client: DialectClient, userId: string, role: string) => {
    client.emit('join-call', { callId, userId, role });
    const { users } = (await client.next('existing-users')) as { users: string[] };
    const { annotations } = (await client.next('existing-annotations')) as {
      annotations: unknown[];
    };
    return { users, annotations };
  };
  const first = await joined(tech, technician, 'Technician');
  const second = await joined(helper, expert, 'Expert');
  const announced = await tech.next('user-joined');
  const resources = new DisposableStack();
  resources.use(tech);
  resources.use(helper);
  return {
    ...{ callId, tech, helper, first, second, announced },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

/** What has come of a client but the news of who is online, which can come at any time. */
export const untakenOf = (...clients: DialectClient[]): string[] =>
  clients.flatMap(({ untaken }) => untaken.filter((name) => name !== 'user-status-change'));
