import { randomBytes, randomUUID } from 'node:crypto';
import type { Cluster } from '@switchboard/testkit';
import { startNodes } from '../cluster/start-nodes.ts';
import { callHttp, type HttpReply } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';
import { issueToken } from './issue-token.ts';

export type NodeName = 'n1' | 'n2';

export const people = {
  patient: { id: 'pat456', firstName: 'Ada', lastName: 'Long' },
  practitioner: { id: 'doc123', firstName: 'Bob', lastName: 'Short' },
} as const;

export const scheduledDate = '2025-10-15T10:00:00Z';

const path = (appointmentId: string) => `/video-call/room/appointment/${appointmentId}`;

/** Two nodes, and the appointment system that makes rooms for them. */
export class Clinic implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #internalSecret: string;

  static async open(mode: 'open' | 'required' = 'open'): Promise<Clinic> {
    const secret = () => randomBytes(24).toString('hex');
    const internalSecret = secret();
    const env = { AUTH_MODE: mode, JWT_SECRET: secret(), INTERNAL_SECRET: internalSecret };
    return new Clinic(await startNodes({ nodes: 2, env }), internalSecret);
  }

  private constructor(cluster: Cluster, internalSecret: string) {
    this.#cluster = cluster;
    this.#internalSecret = internalSecret;
  }

  connect(node: NodeName, token?: string): Promise<DialectClient> {
    const { url } = this.#cluster.node(node);
    return DialectClient.connect(url, { dialect: 'video-call', ...(token && { token }) });
  }

  token(sub: string, grants?: object): Promise<string> {
    const { url } = this.#cluster.node('n1');
    return issueToken(url, this.#internalSecret, { sub, ...(grants && { grants }) });
  }

  read(appointmentId: string, token?: string): Promise<HttpReply> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return callHttp(`${this.#cluster.node('n2').url}${path(appointmentId)}`, { headers });
  }

  create(appointmentId: string, json: unknown, token?: string): Promise<HttpReply> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const url = `${this.#cluster.node('n1').url}${path(appointmentId)}/create`;
    return callHttp(url, { headers, json });
  }

  /** The room of a new appointment. */
  async newRoom(): Promise<{ readonly appointmentId: string; readonly roomId: string }> {
    const appointmentId = randomUUID();
    const token = await this.token('appointments', { create: true });
    const booked = { type: 'Remote', scheduledDate, ...people };
    const { body } = await this.create(appointmentId, booked, token);
    return { appointmentId, roomId: (body as { roomId: string }).roomId };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }
}
