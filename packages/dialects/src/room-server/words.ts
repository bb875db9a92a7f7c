import type { ChatMessage, RoomId } from '@switchboard/protocol';
import { isoTime } from '../times.ts';

/** The events in which it passes offers, answers and candidates on, with the member they are in. */
export const negotiationEvents = {
  offer: { event: 'offer', key: 'offer' },
  answer: { event: 'answer', key: 'answer' },
  candidate: { event: 'ice-candidate', key: 'candidate' },
} as const;

/** `new-message` */
export const newMessage = (roomId: RoomId, { id, from, userId, text, at }: ChatMessage) => ({
  id,
  userId: userId ?? from,
  message: text,
  timestamp: isoTime(at),
  roomId,
});

export const features = [
  'Socket.IO Integration',
  'Room Management',
  'WebRTC Signaling',
  'Connection Tracking',
  'Real-time Statistics',
];

/** The demo client, by the name that its file had. */
export const demoPath = '/example-client-rooms.html';

export const endpoints = {
  health: '/health',
  rooms: '/rooms',
  connections: '/connections',
  stats: '/stats',
  demo: demoPath,
};

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** `1h 0m 0s` */
export function formatUptime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 3_600)}h ${Math.floor(seconds / 60) % 60}m ${seconds % 60}s`;
}
