import type { Dialect } from '../clients/dialect.ts';
import { plainSocketIo, switchboard } from '../clients/socket-io.ts';
import { bareWebSocket, peerJs } from '../clients/without-socket-io.ts';
import { startPeer } from './start-peer.ts';
import { startEmbedded, startSwitchboard } from './start-switchboard.ts';
import type { Target } from './target.ts';

const acknowledged = switchboard({ acknowledged: true });
const unacknowledged = switchboard({ acknowledged: false });
const plain = plainSocketIo({ acknowledged: false });
const plainAcknowledged = plainSocketIo({ acknowledged: true });

const relay = (nodes: number, adapter: 'classic' | 'sharded'): Target => ({
  ...{ name: `plain-${adapter}-${nodes}`, nodes, dialect: plain },
  start: () => startPeer({ program: 'socket-io-relay.ts', nodes, adapter }),
});

const single = (name: string, program: string, dialect: Dialect): Target => ({
  ...{ name, nodes: 1, dialect },
  start: () => startPeer({ program, nodes: 1 }),
});

const cluster = (nodes: number): Target => ({
  ...{ name: `switchboard-${nodes}`, nodes, dialect: acknowledged },
  start: () => startSwitchboard(nodes),
});

/** The same without answers, as the plain relays are spoken to. */
const clusterUnacked = (nodes: number): Target => ({
  ...cluster(nodes),
  ...{ name: `switchboard-${nodes}-unacked`, dialect: unacknowledged },
});

const embedded = (name: string, dialect: Dialect): Target => ({
  ...{ name, nodes: 1, dialect },
  start: startEmbedded,
});

/**
 * All that is compared. Those of one group run side by side, and are measured in turn.
 *
 * Clients of Switchboard ask for an answer to every signal, as its SDK does, and those of the plain
 * relays do not, unless the name says otherwise: like is to be compared with like.
 */
export const groups: readonly (readonly Target[])[] = [
  [
    single('raw-ws', 'ws-relay.ts', bareWebSocket),
    single('plain-memory', 'socket-io-relay.ts', plain),
    single('plain-memory-acked', 'socket-io-relay.ts', plainAcknowledged),
    single('peerjs', 'peerjs-server.ts', peerJs),
    embedded('switchboard-memory', acknowledged),
    embedded('switchboard-memory-unacked', unacknowledged),
  ],
  [cluster(1), relay(1, 'classic'), cluster(2), relay(2, 'classic')],
  ...[4, 8].map((nodes) => [
    ...[cluster(nodes), clusterUnacked(nodes)],
    ...[relay(nodes, 'classic'), relay(nodes, 'sharded')],
  ]),
];
