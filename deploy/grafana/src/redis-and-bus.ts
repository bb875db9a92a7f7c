import type { Board } from './board.ts';
import { graph } from './panels.ts';
import { nodes, quantile, quantiles, rate } from './queries.ts';

const byNode = (histogram: string, q: number) => ({
  '{{instance}}': quantile(q, histogram, { selector: nodes, by: ['instance'] }),
});

export const redisAndBus: Board = {
  uid: 'redis-and-bus',
  title: 'Redis and bus',
  description: 'What nodes share, as they see it. One node that sees it worse is a network.',
  hasInstances: true,
  rows: {
    Redis: [
      graph({
        title: 'Available',
        description: '1 while Redis answers and the subscription is live.',
        unit: 'short',
        lines: { '{{instance}}': `switchboard_state_available{${nodes}}` },
      }),
      graph({
        title: 'Time of a command',
        description: 'Of all nodes together.',
        unit: 's',
        lines: quantiles('switchboard_redis_command_duration_seconds', nodes),
        limit: 0.05,
      }),
      graph({
        title: 'The slowest in a hundred, by node',
        description: 'All nodes slow is Redis; one is its network or its event loop.',
        unit: 's',
        lines: byNode('switchboard_redis_command_duration_seconds', 0.99),
        limit: 0.05,
      }),
      graph({
        title: 'Commands',
        description: 'Answered. `publish` carries signals between nodes, many in one.',
        unit: 'ops',
        lines: {
          '{{command}}': rate('switchboard_redis_command_duration_seconds_count', nodes, [
            'command',
          ]),
        },
        isStacked: true,
      }),
      graph({
        title: 'Commands that failed',
        description: 'Refused, or not answered within 1.5 s.',
        unit: 'ops',
        lines: {
          '{{command}}': rate('switchboard_redis_command_errors_total', nodes, ['command']),
        },
      }),
      graph({
        title: 'Troubles with connections',
        description: 'Lost connections and the like; the log says which.',
        unit: 'cps',
        lines: { '{{instance}}': rate('switchboard_state_errors_total', nodes, ['instance']) },
      }),
    ],
    Bus: [
      graph({
        title: 'Lag',
        description: 'Of messages that nodes publish to themselves, all the way through Redis.',
        unit: 's',
        lines: quantiles('switchboard_bus_lag_seconds', nodes),
        limit: 0.1,
      }),
      graph({
        title: 'Lag by node, nine in ten',
        description: 'A node that is late alone has a slow subscription.',
        unit: 's',
        lines: byNode('switchboard_bus_lag_seconds', 0.9),
        limit: 0.1,
      }),
      graph({
        title: 'Messages lost',
        description: 'Share of those that did not come back. Nodes notice, and read rooms anew.',
        unit: 'percentunit',
        lines: {
          '{{instance}}': `clamp_min(1 - ${rate('switchboard_bus_lag_seconds_count', nodes, ['instance'])} / ${rate('switchboard_bus_probes_total', nodes, ['instance'])}, 0)`,
        },
        limit: 0.1,
      }),
      graph({
        title: 'Views read anew',
        description: 'Rooms in which a node had missed a change.',
        unit: 'cps',
        lines: { '{{instance}}': rate('switchboard_view_resyncs_total', nodes, ['instance']) },
      }),
      graph({
        title: 'Judging',
        description: '1 while a node may end what others have left behind. One is enough.',
        unit: 'short',
        lines: { '{{instance}}': `switchboard_judging{${nodes}}` },
      }),
      graph({
        title: 'Ghosts ended',
        description: 'Sessions of nodes that are gone.',
        unit: 'cps',
        lines: {
          '{{how}}': rate('switchboard_sessions_ended_total', `${nodes},how=~"reaped|orphaned"`, [
            'how',
          ]),
        },
      }),
    ],
  },
};
