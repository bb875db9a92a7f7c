import type { Board } from './board.ts';
import { graph } from './panels.ts';
import { nodes, rate } from './queries.ts';

const each = (metric: string) => ({ '{{instance}}': `${metric}{${nodes}}` });
const rateOfEach = (counter: string) => ({ '{{instance}}': rate(counter, nodes, ['instance']) });

export const node: Board = {
  uid: 'node',
  title: 'Node',
  description: 'One node, or some beside each other: the process, its clients, what waits.',
  hasInstances: true,
  rows: {
    Process: [
      graph({
        title: 'CPU',
        description: 'Of one core; a node can use little more than one.',
        unit: 'percentunit',
        lines: rateOfEach('process_cpu_seconds_total'),
        limit: 0.9,
      }),
      graph({
        title: 'Event loop lag',
        description: 'By how much the slowest step in a hundred is late.',
        unit: 's',
        lines: each('nodejs_eventloop_lag_p99_seconds'),
        limit: 0.2,
      }),
      graph({
        title: 'Memory',
        description: 'Resident, and of that the heap in use.',
        unit: 'bytes',
        lines: {
          '{{instance}}': `process_resident_memory_bytes{${nodes}}`,
          '{{instance}} heap': `nodejs_heap_size_used_bytes{${nodes}}`,
        },
      }),
      graph({
        title: 'Garbage collection',
        description: 'Share of the time spent on it.',
        unit: 'percentunit',
        lines: rateOfEach('nodejs_gc_duration_seconds_sum'),
      }),
      graph({
        title: 'Ready',
        description: '1 while it takes new clients.',
        unit: 'short',
        lines: each('switchboard_ready'),
      }),
      graph({
        title: 'Faults',
        description: 'What should not happen; the log says what it was.',
        unit: 'cps',
        lines: rateOfEach('switchboard_faults_total'),
      }),
    ],
    Clients: [
      graph({
        title: 'Connections',
        description: 'Clients connected.',
        unit: 'short',
        lines: each('switchboard_connections'),
      }),
      graph({
        title: 'Connections shed',
        description:
          'Closed because the node had more than the others: after a scale-up for some minutes, and never for long.',
        unit: 'cps',
        lines: rateOfEach('switchboard_connections_shed_total'),
      }),
      graph({
        title: 'Sessions',
        description: 'Connected ones, and those whose client may come back.',
        unit: 'short',
        lines: { '{{instance}} {{state}}': `switchboard_sessions{${nodes}}` },
      }),
      graph({
        title: 'Ends of connections',
        description: '`ping_timeout` and `transport_lost` are the network or the client.',
        unit: 'cps',
        lines: { '{{reason}}': rate('switchboard_disconnects_total', nodes, ['reason']) },
        isStacked: true,
      }),
      graph({
        title: 'Waiting to be sent',
        description: 'Messages for all clients, and for the one for whom most wait.',
        unit: 'short',
        lines: {
          '{{instance}}': `switchboard_outbound_queue_messages{${nodes}}`,
          '{{instance}} longest': `switchboard_outbound_queue_longest_messages{${nodes}}`,
        },
      }),
      graph({
        title: 'Slow clients cut off',
        description: 'They did not read what was sent to them, and resume when they can.',
        unit: 'cps',
        lines: rateOfEach('switchboard_slow_clients_total'),
      }),
      graph({
        title: 'Kept for clients that are away',
        description: 'Notices, at most 256 for each.',
        unit: 'short',
        lines: each('switchboard_backlog_notices'),
      }),
      graph({
        title: 'Refused at the door',
        description:
          'Handshakes without a good token, or for a session that is not theirs to have.',
        unit: 'cps',
        lines: { '{{code}}': rate('switchboard_connections_refused_total', nodes, ['code']) },
        isStacked: true,
      }),
      graph({
        title: 'Held back',
        description:
          'Messages that were too many for their address, or for their user, and requests over HTTP.',
        unit: 'cps',
        lines: { '{{by}}': rate('switchboard_rate_limited_total', nodes, ['by']) },
        isStacked: true,
      }),
      graph({
        title: 'Addresses and users counted',
        description: 'Of whom the node keeps in mind what they send.',
        unit: 'short',
        lines: { '{{instance}} {{of}}': `switchboard_limited_parties{${nodes}}` },
      }),
    ],
    Work: [
      graph({
        title: 'Commands',
        description: 'Answered, by name.',
        unit: 'cps',
        lines: { '{{command}}': rate('switchboard_commands_total', nodes, ['command']) },
        isStacked: true,
      }),
      graph({
        title: 'Relays',
        description: 'From one participant to all others of a room, by what they are.',
        unit: 'cps',
        lines: { '{{what}}': rate('switchboard_relays_total', nodes, ['what']) },
        isStacked: true,
      }),
      graph({
        title: 'Receivers of relays not reached',
        description: 'They were in the room, and their node did not have them.',
        unit: 'cps',
        lines: rateOfEach('switchboard_relays_failed_total'),
      }),
      graph({
        title: 'Rooms',
        description: 'Rooms that clients of the node are in: it keeps a view of each.',
        unit: 'short',
        lines: each('switchboard_local_rooms'),
      }),
      graph({
        title: 'Views read anew',
        description: 'Rooms in which the node had missed a change. Some after a loss of Redis.',
        unit: 'cps',
        lines: rateOfEach('switchboard_view_resyncs_total'),
      }),
    ],
  },
};
