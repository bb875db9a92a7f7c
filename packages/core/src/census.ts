import type { NodeId } from '@switchboard/protocol';
import type { LocalCalls } from './calls/local-calls.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { LocalRooms } from './local-rooms.ts';
import type { Sessions } from './sessions.ts';

/** What a node holds at the moment. Sums over all nodes are what the cluster holds. */
export interface Census {
  readonly sessions: { readonly connected: number; readonly detached: number };
  /** Memberships of this node's sessions. */
  readonly participants: number;
  /** Rooms that sessions of this node are in; a room with members on two nodes is in both. */
  readonly localRooms: number;
  /** Those of them whose first member is on this node, so that every room counts once. */
  readonly rooms: number;
  /** Those that go on and whose caller is a session of this node, so that each counts once. */
  readonly calls: { readonly ringing: number; readonly accepted: number };
  /** Notices kept for clients whose connection is lost. */
  readonly backlog: number;
  /** How many nodes have a lease, as this one was last told. */
  readonly nodes: number;
  /** Whether this node may give up others, and end sessions that nobody holds. */
  readonly isJudging: boolean;
}

export interface CensusDependencies {
  readonly node: NodeId;
  readonly sessions: Sessions;
  readonly localRooms: LocalRooms;
  readonly localCalls: LocalCalls;
  readonly heartbeat: Heartbeat;
}

/** Counts all of it, which takes a moment: for whoever asks now and then. */
export function takeCensus({
  node,
  sessions,
  localRooms,
  localCalls,
  heartbeat,
}: CensusDependencies): Census {
  let connected = 0;
  let participants = 0;
  let backlog = 0;
  for (const session of sessions) {
    if (session.isConnected) connected += 1;
    participants += session.memberships.size;
    backlog += session.backlogSize;
  }
  const detached = sessions.size - connected;
  return {
    sessions: { connected, detached },
    ...{ participants, backlog },
    localRooms: localRooms.size,
    rooms: localRooms.countLedBy(node),
    calls: localCalls.countMadeBy((peerId) => sessions.get(peerId) !== undefined),
    nodes: heartbeat.nodeCount,
    isJudging: heartbeat.mayJudge,
  };
}
