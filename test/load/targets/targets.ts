import type { Dialect } from '../clients/dialect.ts';
import { plainSocketIo, switchboard } from '../clients/socket-io.ts';
import { bareWebSocket, peerJs } from '../clients/without-socket-io.ts';
import { startPeer } from './start-peer.ts';
import { startEmbedded, startSwitchboard } from './start-switchboard.ts';
import type { Target } from './target.ts';

const acknowledged = switchboard({ acknowledged: true });
const plain = plainSocketIo({ acknowledged: false });

const relay = (name: string, nodes: number, adapter?: 'classic' | 'sharded'): Target => ({
  ...{ name, nodes, dialect: plain },
  start: () => startPeer({ program: 'socket-io-relay.ts', nodes, ...(adapter && { adapter }) }),
});

const single = (name: string, program: string, dialect: Dialect): Target => ({
  ...{ name, nodes: 1, dialect },
  start: () => startPeer({ program, nodes: 1 }),
});

const cluster = (nodes: number): Target => ({
  ...{ name: `switchboard-${nodes}`, nodes, dialect: acknowledged },
  start: () => startSwitchboard(nodes),
});

/**
 * All that is compared. Clients of Switchboard ask for an answer to every signal, as its SDK
 * does, and those of the plain relays do not, unless the name says otherwise.
 */
export const targets: readonly Target[] = [
  single('raw-ws', 'ws-relay.ts', bareWebSocket),
  single('plain-memory', 'socket-io-relay.ts', plain),
  single('plain-memory-acked', 'socket-io-relay.ts', plainSocketIo({ acknowledged: true })),
  single('peerjs', 'peerjs-server.ts', peerJs),
  { name: 'switchboard-memory', nodes: 1, dialect: acknowledged, start: startEmbedded },
  {
    ...{ name: 'switchboard-memory-unacked', nodes: 1 },
    dialect: switchboard({ acknowledged: false }),
    start: startEmbedded,
  },
  ...[1, 2, 4, 8].map(cluster),
  ...[1, 2, 4, 8].map((nodes) => relay(`plain-classic-${nodes}`, nodes, 'classic')),
  ...[4, 8].map((nodes) => relay(`plain-sharded-${nodes}`, nodes, 'sharded')),
];
