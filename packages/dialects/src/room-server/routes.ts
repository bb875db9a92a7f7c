import type { Participant, RoomRecord } from '@switchboard/protocol';
import { type HealthState, readHealth } from '../health.ts';
import { ok, type Route } from '../http.ts';
import { pageOf } from '../paging.ts';
import { prefersHtml } from '../prefers-html.ts';
import type { ListedSession } from '../server-api.ts';
import { isoNow, isoTime } from '../times.ts';
import { demoPath, endpoints, features, formatUptime, megabytes } from './words.ts';

/** A room or a connection that is gone is not counted any more: Prometheus remembers those. */
const counted = (active: number) => ({ active, total: active });

export const health = ({ node, rooms, sessions }: HealthState) => ({
  service: 'signaling-server',
  timestamp: isoNow(),
  uptime: (Date.now() - node.startedAt) / 1_000,
  version: node.version,
  environment: node.environment,
  port: String(node.port),
  memory: { used: megabytes(node.memory.used), total: megabytes(node.memory.total) },
  connections: counted(sessions),
  rooms: counted(rooms),
});

const room = ({ roomId, participants, createdAt, updatedAt }: RoomRecord) => ({
  roomId,
  users: participants.length,
  userList: participants.map(listedUser),
  createdAt: isoTime(createdAt),
  lastActivity: isoTime(updatedAt),
});

const listedUser = ({ userId, peerId: socketId, joinedAt }: Participant) => ({
  userId: userId ?? socketId,
  socketId,
  joinedAt: isoTime(joinedAt),
});

const connection = ({ peerId, connectedAt, address, userAgent, rooms, userId }: ListedSession) => ({
  socketId: peerId,
  connectedAt: isoTime(connectedAt),
  ip: address ?? '',
  userAgent: userAgent ?? '',
  ...(rooms[0] !== undefined && { currentRoom: rooms[0] }),
  ...(userId !== undefined && { userId }),
});

const stats = ({ node, rooms, participants, sessions }: HealthState) => {
  const uptime = Date.now() - node.startedAt;
  return {
    totalConnections: sessions,
    activeConnections: sessions,
    totalRooms: rooms,
    activeRooms: rooms,
    startTime: node.startedAt,
    uptime,
    uptimeFormatted: formatUptime(uptime),
    averageUsersPerRoom: rooms === 0 ? 0 : Math.round((100 * participants) / rooms) / 100,
  };
};

/** A list that goes on says where; old clients pass over it. */
const continued = (cursor: string | null | undefined) => (cursor ? { nextCursor: cursor } : {});

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    access: 'public',
    handle: ({ headers }, { node }) => {
      if (prefersHtml(headers['accept'])) return { status: 200, page: 'index' };
      return ok({
        service: 'signaling-server',
        version: node.version,
        message: 'WebRTC signaling server with room management',
        port: String(node.port),
        environment: node.environment,
        features,
        endpoints,
      });
    },
  },
  {
    method: 'GET',
    path: demoPath,
    access: 'public',
    handle: () => ({ status: 200, page: 'example-client-rooms' }),
  },
  {
    method: 'GET',
    path: '/rooms',
    access: 'operator',
    handle: async ({ query }, { rooms }) => {
      const [page, totals] = await Promise.all([rooms.list(pageOf(query)), rooms.totals()]);
      return ok({
        totalRooms: totals.rooms,
        rooms: page.rooms.map(room),
        ...continued(page.cursor),
      });
    },
  },
  {
    method: 'GET',
    path: '/connections',
    access: 'operator',
    handle: async ({ query }, { sessions }) => {
      const [page, total] = await Promise.all([sessions.list(pageOf(query)), sessions.total()]);
      return ok({
        totalConnections: total,
        connections: page.sessions.map(connection),
        ...continued(page.cursor),
      });
    },
  },
  {
    method: 'GET',
    path: '/stats',
    access: 'operator',
    handle: async (_request, api) => ok(stats(await readHealth(api))),
  },
];
