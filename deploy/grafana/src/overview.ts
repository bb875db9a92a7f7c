import type { Board } from './board.ts';
import { graph, stat } from './panels.ts';
import { cluster, quantiles, rate } from './queries.ts';

const sum = (gauge: string, by?: string) => `sum${by ? ` by (${by})` : ''} (${gauge}{${cluster}})`;

export const overview: Board = {
  uid: 'overview',
  title: 'Cluster overview',
  description: 'Whether people can meet: load, service levels, and what is refused.',
  hasInstances: false,
  rows: {
    Now: [
      stat({
        title: 'Ready nodes',
        description: 'Nodes that take new clients.',
        unit: 'short',
        expression: sum('switchboard_ready'),
        bad: { below: 1 },
      }),
      stat({
        title: 'Connections',
        description: 'Clients connected.',
        unit: 'short',
        expression: sum('switchboard_connections'),
      }),
      stat({
        title: 'Rooms',
        description: 'Rooms with somebody in them.',
        unit: 'short',
        expression: sum('switchboard_rooms'),
      }),
      stat({
        title: 'Participants',
        description: 'Memberships of rooms, of clients that are away for a moment too.',
        unit: 'short',
        expression: sum('switchboard_participants'),
      }),
      stat({
        title: 'Signals',
        description: 'Signals accepted a second.',
        unit: 'cps',
        expression: rate('switchboard_signals_total', cluster),
      }),
      stat({
        title: 'Away',
        description: 'Sessions whose client has lost its connection and may come back.',
        unit: 'short',
        expression: `sum (switchboard_sessions{${cluster},state="detached"})`,
      }),
    ],
    'Service levels': [
      graph({
        title: 'Joins that fail',
        description: 'Answered `unavailable` or `internal`. One in a thousand may, over a month.',
        unit: 'percentunit',
        lines: {
          '5 minutes': `switchboard:join_failed:ratio_rate5m{${cluster}}`,
          '1 hour': `switchboard:join_failed:ratio_rate1h{${cluster}}`,
        },
        limit: 0.001,
      }),
      graph({
        title: 'Joins over 250 ms',
        description: 'One in a hundred may take longer.',
        unit: 'percentunit',
        lines: {
          '5 minutes': `switchboard:join_slow:ratio_rate5m{${cluster}}`,
          '1 hour': `switchboard:join_slow:ratio_rate1h{${cluster}}`,
        },
        limit: 0.01,
      }),
      graph({
        title: 'Signals over 50 ms',
        description: 'Inside the cluster, from acceptance to emission. One in a hundred may.',
        unit: 'percentunit',
        lines: {
          '5 minutes': `switchboard:signal_slow:ratio_rate5m{${cluster}}`,
          '1 hour': `switchboard:signal_slow:ratio_rate1h{${cluster}}`,
        },
        limit: 0.01,
      }),
      graph({
        title: 'Time to join',
        description: 'From the command to its answer: one round trip to Redis and little else.',
        unit: 's',
        lines: quantiles('switchboard_command_duration_seconds', `${cluster},command="room:join"`),
        limit: 0.25,
      }),
      graph({
        title: 'Signals between nodes',
        description:
          'From acceptance on one node to emission on another, by the clock of Redis; within a node it takes microseconds.',
        unit: 's',
        lines: quantiles('switchboard_signal_latency_seconds', `${cluster},path="remote"`),
        limit: 0.05,
      }),
      graph({
        title: 'Clients that come back',
        description: 'What becomes of them. `unknown`: their session had ended.',
        unit: 'cps',
        lines: { '{{outcome}}': rate('switchboard_resumes_total', cluster, ['outcome']) },
        isStacked: true,
      }),
    ],
    Load: [
      graph({
        title: 'Connections by node',
        description: 'They should be about even; a new node fills as clients reconnect.',
        unit: 'short',
        lines: { '{{instance}}': sum('switchboard_connections', 'instance') },
        isStacked: true,
      }),
      graph({
        title: 'Signals by way',
        description: 'Local ones never leave their process.',
        unit: 'cps',
        lines: { '{{path}}': rate('switchboard_signals_total', cluster, ['path']) },
        isStacked: true,
      }),
      graph({
        title: 'Refusals',
        description: 'Commands that were refused, by code. `rate_limited` is a client that floods.',
        unit: 'cps',
        lines: {
          '{{outcome}}': rate('switchboard_commands_total', `${cluster},outcome!="ok"`, [
            'outcome',
          ]),
        },
        isStacked: true,
      }),
      graph({
        title: 'Nodes',
        description: 'How many there are, as each was last told: all should say the same.',
        unit: 'short',
        lines: { '{{instance}}': `switchboard_cluster_nodes{${cluster}}` },
      }),
      graph({
        title: 'Ends of sessions',
        description: '`reaped` and `orphaned` are ghosts: sessions whose node is gone.',
        unit: 'cps',
        lines: { '{{how}}': rate('switchboard_sessions_ended_total', cluster, ['how']) },
        isStacked: true,
      }),
      graph({
        title: 'Nodes given up',
        description: 'Nodes that died without a goodbye, in the last five minutes.',
        unit: 'short',
        lines: { nodes: `sum (increase(switchboard_nodes_buried_total{${cluster}}[5m]))` },
      }),
    ],
  },
};
