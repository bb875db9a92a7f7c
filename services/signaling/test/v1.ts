import { Core, type IceRequest, type User } from '@switchboard/core';
import {
  defaultTenant,
  Grants,
  NodeId,
  SignalingError,
  TenantId,
  UserId,
} from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import Fastify from 'fastify';
import { pino } from 'pino';
import { TokenIssuer } from '../src/auth/token-issuer.ts';
import { addV1Routes, type V1Dependencies } from '../src/http/v1/routes.ts';
import { createCoreObserver } from '../src/observability/core-observer.ts';
import { Metrics } from '../src/observability/metrics/metrics.ts';
import { Turns } from '../src/turns.ts';

const internalSecret = 'another secret of more than 32 bytes';
const jwtSecret = 'a secret of more than 32 bytes, for tests';

const user = (name: string, grants: Grants | null, tenant = defaultTenant): User => ({
  kind: 'user',
  tenant,
  userId: UserId.parse(name),
  name: null,
  role: null,
  grants,
  expiresAt: null,
});

/** The tokens that are good, and for whom. */
const users: Readonly<Record<string, User>> = {
  admin: user('operator', Grants.parse({ admin: true })),
  'admin-elsewhere': user('operator', Grants.parse({ admin: true }), TenantId.parse('other')),
  somebody: { ...user('somebody', null), expiresAt: 17 },
  ada: user('ada', null),
};

const authenticator = {
  authenticate: async (token: string) => {
    const found = users[token];
    if (!found) throw new SignalingError('unauthenticated');
    return found;
  },
};

const iceServers = {
  issue: ({ id, expiresAt }: IceRequest) => ({
    iceServers: [{ urls: ['turn:turn.example'], username: id, credential: 'c' }],
    ...(expiresAt !== null && { expiresAt }),
  }),
};

/** The routes of `/v1` over rooms in memory, for requests that need no network. */
export function v1Over(given: Partial<V1Dependencies> = {}) {
  const core = new Core({
    node: NodeId.parse('n1'),
    state: new MemoryBackend().connect(NodeId.parse('n1')),
    authenticator,
    iceServers,
    observer: createCoreObserver(new Metrics(), pino({ level: 'silent' }), new Turns(0)),
    settings: {
      defaultRoomCapacity: 10,
      maxRoomsPerSession: 3,
      commandRate: { perSecond: 1_000, burst: 1_000 },
    },
    onUsurped: () => {},
    onDrainAsked: () => {},
  });
  const dependencies: V1Dependencies = {
    isOpen: false,
    admit: () => {},
    directory: core.directory,
    iceServers,
    authenticator,
    tokenIssuer: new TokenIssuer({ jwtSecret, issuer: null, audience: null }),
    internalSecret,
    ...given,
  };
  const app = Fastify();
  app.register((scope) => addV1Routes(scope, dependencies), { prefix: '/v1' });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return {
    app,
    dependencies,
    /** By which different callers are known. */
    headersOf: {
      nobody: {},
      server: { 'x-internal-secret': internalSecret },
      'a wrong secret': { 'x-internal-secret': 'x'.repeat(internalSecret.length) },
      admin: bearer('admin'),
      'admin elsewhere': bearer('admin-elsewhere'),
      ada: bearer('ada'),
      somebody: bearer('somebody'),
      'a bad token': bearer('a bad token'),
    },
  };
}
