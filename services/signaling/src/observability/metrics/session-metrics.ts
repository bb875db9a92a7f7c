import type { Census, SessionEnding } from '@switchboard/core';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What became of a client that came back for its session. */
export const resumeOutcomes = [
  'resumed',
  /** It had ended, so that the client began afresh. */
  'unknown',
  'replaced',
  'forbidden',
  /** The token was not good (any more). */
  'unauthenticated',
  /** It could not be said, and the client was sent to come again. */
  'unavailable',
] as const;
export type ResumeOutcome = (typeof resumeOutcomes)[number];

const endings: readonly SessionEnding[] = [
  'goodbye',
  'expired',
  'replaced',
  'grace',
  'reaped',
  'evicted',
  'orphaned',
];

const resumeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Seconds: nodes look once a second, and a session is to be gone within ten. */
const overdueBuckets = [0.5, 1, 1.5, 2, 3, 5, 10, 30, 60];

export function sessionMetrics(registry: Registry) {
  const registers = [registry];
  const resumes = new Counter<'outcome'>({
    name: 'switchboard_resumes_total',
    help: 'Clients that came back for their session, by what became of it.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of resumeOutcomes) resumes.inc({ outcome }, 0);
  const ended = new Counter<'how'>({
    name: 'switchboard_sessions_ended_total',
    help: 'Sessions that this node has ended; `reaped` and `orphaned` are ghosts of nodes that are gone.',
    labelNames: ['how'],
    registers,
  });
  for (const how of endings) ended.inc({ how }, 0);
  return {
    resumes,
    ended,
    resumeDuration: new Histogram({
      name: 'switchboard_resume_duration_seconds',
      help: 'From the handshake of a client that comes back to its session being here, with its rooms.',
      buckets: resumeBuckets,
      registers,
    }),
    overdue: new Histogram({
      name: 'switchboard_session_overdue_seconds',
      help: 'How long after the end of its grace a session was ended that no node held.',
      buckets: overdueBuckets,
      registers,
    }),
    buried: new Counter({
      name: 'switchboard_nodes_buried_total',
      help: 'Nodes that this one has given up because their lease had run out.',
      registers,
    }),
    faults: new Counter({
      name: 'switchboard_faults_total',
      help: 'Things that should not happen and that nobody is told of but the log.',
      registers,
    }),
  };
}

/** What a node holds, counted when somebody asks. */
export function observeCensus(registry: Registry, census: () => Census): void {
  const gauge = (name: string, help: string, read: (census: Census) => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(read(census()));
      },
    });
  new Gauge<'state'>({
    name: 'switchboard_sessions',
    help: 'Sessions that this node holds; a detached one waits for its client to come back.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { connected, detached } = census().sessions;
      this.set({ state: 'connected' }, connected);
      this.set({ state: 'detached' }, detached);
    },
  });
  new Gauge<'state'>({
    name: 'switchboard_calls',
    help: 'Calls that go on and were made by sessions of this node: the sum over nodes counts every call once.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { ringing, accepted } = census().calls;
      this.set({ state: 'ringing' }, ringing);
      this.set({ state: 'accepted' }, accepted);
    },
  });
  gauge(
    'switchboard_backlog_notices',
    'Notices kept for clients that are away.',
    ({ backlog }) => backlog,
  );
  gauge(
    'switchboard_rooms',
    'Rooms whose first member is on this node: the sum over nodes counts every room once.',
    ({ rooms }) => rooms,
  );
  gauge(
    'switchboard_local_rooms',
    'Rooms that clients of this node are in: what it keeps a view of.',
    ({ localRooms }) => localRooms,
  );
  gauge(
    'switchboard_participants',
    'Memberships of rooms that sessions of this node have.',
    ({ participants }) => participants,
  );
  gauge(
    'switchboard_cluster_nodes',
    'Nodes with a lease, as this node was last told.',
    ({ nodes }) => nodes,
  );
  gauge(
    'switchboard_judging',
    '1 while this node may give up others and end sessions that nobody holds; 0 for 8 s after it started or missed Redis.',
    ({ isJudging }) => Number(isJudging),
  );
}
