import type { Dialect } from './dialect.ts';

/** What PeerJS clients say to their server. */
export const peerJs: Dialect = {
  path: (name) => `/peerjs?key=peerjs&id=${name}&token=t&version=1.5.4`,
  async open(connection, name) {
    await connection.next((text) => text.includes('"OPEN"'));
    return name;
  },
  join: async () => undefined,
  signal: ({ to, kind, data }) =>
    JSON.stringify({ type: kind === 'offer' ? 'OFFER' : 'CANDIDATE', dst: to, payload: data }),
  isSignal: (text) => text.length > 64,
  goodbye: null,
};

/** What the relay on bare WebSockets understands: as little as it takes. */
export const bareWebSocket: Dialect = {
  path: (name) => `/?id=${name}`,
  async open(connection, name) {
    await connection.next((text) => text === 'open');
    return name;
  },
  join: async () => undefined,
  signal: ({ room: _, ...rest }) => JSON.stringify(rest),
  isSignal: (text) => text.length > 64,
  goodbye: null,
};
