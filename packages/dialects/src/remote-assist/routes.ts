import {
  type Grants,
  limits,
  parseInput,
  RoomId,
  type RoomRecord,
  RoomRequest,
  SignalingError,
  type UserId,
} from '@switchboard/protocol';
import { type HttpRequest, ok, type Route } from '../http.ts';
import { pageOf } from '../paging.ts';
import type { KnownUser, ServerApi } from '../server-api.ts';
import { Login, Self } from './schemas.ts';
import { answeringRole, callIdPrefix, expert, technician, usersOf } from './words.ts';

/** What its users may do, and in calls only: an appointment's room is none. */
const grants: Grants = {
  rooms: [`${callIdPrefix}*`],
  create: true,
  call: true,
  shareScreen: true,
  annotate: true,
  admin: false,
  moderate: false,
};

const logIn: Route['handle'] = async ({ body, address }, api) => {
  const { username, role } = await api.users.logIn({ ...parseInput(Login, body), address });
  const token = await tokenFor(api, { username, role });
  return ok({ userId: username, role, message: 'You are logged in.', ...token });
};

/** An open cluster may have nothing to sign tokens with, and demands none. */
async function tokenFor(api: ServerApi, { username, role }: KnownUser) {
  try {
    const { token } = await api.issueToken({ userId: username, role, own: {}, grants });
    return { token };
  } catch (error) {
    if (error instanceof SignalingError && error.code === 'unavailable') return {};
    throw error;
  }
}

/** Where a token has said who asks, nobody else is meant. */
function selfIn({ caller, body }: HttpRequest): UserId {
  const { userId } = parseInput(Self, body);
  if (caller.userId !== null && caller.userId !== userId) {
    throw new SignalingError('identity_mismatch');
  }
  return userId;
}

const createCall: Route['handle'] = async (request, { rooms, users }) => {
  const userId = selfIn(request);
  const role = users.known.find(({ username }) => username === userId)?.role;
  if (role !== technician) {
    throw new SignalingError('forbidden', { message: 'Only a Technician makes calls.' });
  }
  const { roomId: callId } = await rooms.prepare(
    parseInput(RoomRequest, {
      roomId: RoomId.parse(`${callIdPrefix}${crypto.randomUUID()}`),
      entitled: [{ userId, role }],
      requiredRoles: [answeringRole],
      duplicates: 'allow',
      keepMs: 0,
    }),
  );
  return ok({ callId });
};

const isPending = ({ status, requiredRoles }: RoomRecord): boolean =>
  status === 'waiting' && requiredRoles.includes(answeringRole);

/** A call is there while somebody is in it, or waits for an answer. */
const isThere = (record: RoomRecord): boolean =>
  record.status !== 'ended' && (record.participants.length > 0 || isPending(record));

const described = (record: RoomRecord) => {
  const startTime = record.startedAt ?? record.createdAt;
  return {
    callId: record.roomId,
    users: usersOf(record),
    startTime,
    duration: Math.max(0, Date.now() - startTime),
    annotations: record.annotations,
    status: isPending(record) ? 'pending' : 'active',
  };
};

const listCalls: Route['handle'] = async ({ query }, { rooms }) => {
  const { rooms: found, cursor } = await rooms.list({ ...pageOf(query), isEmptyToo: true });
  const calls = found.filter(isThere).map(described);
  return ok({
    totalCalls: calls.length,
    totalUsers: new Set(calls.flatMap(({ users }) => users)).size,
    calls,
    ...(cursor && { nextCursor: cursor }),
  });
};

/** Those who can log in, each with how they are; in a call one is online. */
async function usersWithStatus({ known, presence }: ServerApi['users'], role?: string) {
  const users = known.filter((each) => role === undefined || each.role === role);
  const statuses = new Map<UserId, string>();
  for (let first = 0; first < users.length; first += limits.watchedAtOnce) {
    const part = users.slice(first, first + limits.watchedAtOnce);
    for (const { userId, status } of await presence(part.map(({ username }) => username))) {
      statuses.set(userId, status === 'offline' ? 'offline' : 'online');
    }
  }
  return users.map(({ username, role: own }) => ({
    username,
    role: own,
    status: statuses.get(username) ?? 'offline',
  }));
}

const listExperts: Route['handle'] = async (_request, { users }) => {
  const experts = await usersWithStatus(users, expert);
  return ok({
    totalExperts: experts.length,
    experts: experts.map((each) => ({ id: each.username, ...each })),
  });
};

const listUsers: Route['handle'] = async (_request, api) => {
  const users = await usersWithStatus(api.users);
  return ok({
    totalUsers: users.length,
    onlineUsers: users.filter(({ status }) => status === 'online').length,
    users,
  });
};

export const routes: readonly Route[] = [
  { method: 'POST', path: '/login', access: 'public', handle: logIn },
  { method: 'POST', path: '/api/create-call', access: 'client', handle: createCall },
  { method: 'GET', path: '/api/calls', access: 'operator', handle: listCalls },
  // Its clients find by these whom they can call.
  { method: 'GET', path: '/api/experts', access: 'client', handle: listExperts },
  { method: 'GET', path: '/api/users/status', access: 'client', handle: listUsers },
];
