import type { Dialect } from '../clients/dialect.ts';
import { plainSocketIo, switchboard } from '../clients/socket-io.ts';
import { bareWebSocket, peerJs } from '../clients/without-socket-io.ts';
import { startPeer } from './start-peer.ts';
import { startEmbedded, startSwitchboard } from './start-switchboard.ts';
import type { Target } from './target.ts';

const acknowledged = switchboard({ acknowledged: true });
const plain = plainSocketIo({ acknowledged: false });

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

const embedded = (name: string, dialect: Dialect): Target => ({
  ...{ name, nodes: 1, dialect },
  start: startEmbedded,
});

/**
 * All that is compared. Those of one group run side by side, and are measured in turn.
 *
 * Clients of Switchboard ask for an answer to every signal, as its SDK does, and those of the plain
 * relays do not, unless the name says otherwise.
 */
export const groups: readonly (readonly Target[])[] = [
  [
    single('raw-ws', 'ws-relay.ts', bareWebSocket),
    single('plain-memory', 'socket-io-relay.ts', plain),
    single('plain-memory-acked', 'socket-io-relay.ts', plainSocketIo({ acknowledged: true })),
    single('peerjs', 'peerjs-server.ts', peerJs),
    embedded('switchboard-memory', acknowledged),
    embedded('switchboard-memory-unacked', switchboard({ acknowledged: false })),
  ],
  [cluster(1), relay(1, 'classic'), cluster(2), relay(2, 'classic')],
  [cluster(4), relay(4, 'classic'), relay(4, 'sharded')],
  [cluster(8), relay(8, 'classic'), relay(8, 'sharded')],
];
