import { type IceServers, randomId } from '@switchboard/core';
import { IceConfiguration } from '@switchboard/protocol';
import { defineRoute, type Route } from './route.ts';

/** SPEC 15.4: for servers, and for clients that make connections before they have a session. */
export const iceRoutes = (iceServers: IceServers): readonly Route[] => [
  defineRoute({
    id: 'issueIceServers',
    method: 'GET',
    path: '/ice-servers',
    access: 'session',
    summary: 'The STUN and TURN servers to use, with credentials that do not last.',
    params: null,
    query: null,
    body: null,
    answer: IceConfiguration,
    statuses: [200],
    handle: ({ caller }) => {
      const expiresAt = caller.kind === 'user' ? caller.user.expiresAt : null;
      return {
        body: iceServers.issue({ id: randomId(), expiresAt }),
        headers: { 'cache-control': 'no-store' },
      };
    },
  }),
];
