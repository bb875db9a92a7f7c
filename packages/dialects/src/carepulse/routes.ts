import {
  parseInput,
  RoomId,
  type RoomRecord,
  RoomRequest,
  SignalingError,
} from '@switchboard/protocol';
import { type HttpAnswer, ok, type Route } from '../http.ts';
import type { ServerApi } from '../server-api.ts';
import { SessionCreation, SessionJoin } from './schemas.ts';
import { permissions, roomNameOf } from './words.ts';

/** The session of that id that can be joined. @throws SignalingError `room_not_found` */
async function openSession({ rooms }: ServerApi, sessionId: unknown): Promise<RoomRecord> {
  const roomId = RoomId.safeParse(sessionId);
  const record = roomId.success ? await rooms.record(roomId.data) : null;
  if (record && record.status !== 'ended') return record;
  throw new SignalingError('room_not_found', { message: 'There is no such session.' });
}

const linkTo = ({ clientBaseUrl }: ServerApi, sessionId: RoomId): string =>
  `${clientBaseUrl}/join/${encodeURIComponent(sessionId)}`;

/** Any of them: the first answer for an appointment is kept with its room. */
const pickSfuNode = ({ sfuNodes }: ServerApi): string | null =>
  sfuNodes[Math.floor(Math.random() * sfuNodes.length)] ?? null;

const createSession: Route['handle'] = async ({ body }, api) => {
  const { appointmentId, doctorId, patientId } = parseInput(SessionCreation, body);
  const request = parseInput(RoomRequest, {
    appointmentId,
    entitled: [
      { userId: doctorId, role: 'doctor' },
      { userId: patientId, role: 'patient' },
    ],
    requiredRoles: ['doctor', 'patient'],
    duplicates: 'allow',
    data: { sfuNodeId: pickSfuNode(api) },
  });
  const { roomId: sessionId, data } = await api.rooms.prepare(request);
  return ok({
    sessionId,
    roomName: roomNameOf(sessionId),
    sfuNodeId: data?.['sfuNodeId'] ?? null,
    baseUrl: linkTo(api, sessionId),
  });
};

const joinSession: Route['handle'] = async ({ params, body }, api) => {
  const { role, userId } = parseInput(SessionJoin, body);
  const { roomId: sessionId, entitled } = await openSession(api, params['sessionId']);
  if (!entitled.some((each) => each.userId === userId && each.role === role)) {
    const message = `This user is not the session's ${role}.`;
    throw new SignalingError('forbidden', { message });
  }
  const own = { sessionId, roomName: roomNameOf(sessionId), permissions: permissions[role] };
  const { token, expiresInSeconds } = await api.issueToken({ userId, role, own });
  const joinUrl = `${linkTo(api, sessionId)}?token=${encodeURIComponent(token)}`;
  return ok({ joinUrl, expiresIn: expiresInSeconds });
};

/** What a refused link is answered with; nobody learns why from the page. */
const refusals: Partial<Record<SignalingError['code'], number>> = {
  unauthenticated: 401,
  token_expired: 401,
  forbidden: 403,
  room_not_found: 404,
};

const openPage: Route['handle'] = async ({ params, query }, api): Promise<HttpAnswer> => {
  try {
    const { token } = query;
    if (typeof token !== 'string') throw new SignalingError('unauthenticated');
    const { caller, pass } = await api.verifyToken(token);
    const { roomId, entitled } = await openSession(api, params['sessionId']);
    const isNamed = entitled.some(({ userId }) => userId === caller.userId);
    if (!isNamed && !caller.mayJoin(roomId)) throw new SignalingError('forbidden');
    return { status: 200, page: 'join', pass };
  } catch (error) {
    const status = error instanceof SignalingError ? refusals[error.code] : undefined;
    if (status === undefined) throw error;
    return { status, page: 'join-refused' };
  }
};

export const routes: readonly Route[] = [
  { method: 'POST', path: '/sessions', access: 'internal', handle: createSession },
  { method: 'POST', path: '/sessions/:sessionId/join', access: 'internal', handle: joinSession },
  { method: 'GET', path: '/join/:sessionId', access: 'public', handle: openPage },
];
