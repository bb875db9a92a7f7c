import { repositoryPath } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';
import { describeMetrics } from './reference.ts';

/** The metrics of a node that holds nothing yet. */
function idle(): Metrics {
  const metrics = new Metrics();
  metrics.observe({
    census: () => ({
      sessions: { connected: 0, detached: 0 },
      calls: { ringing: 0, accepted: 0 },
      ...{ participants: 0, localRooms: 0, rooms: 0, backlog: 0, nodes: 1, isJudging: false },
    }),
    queues: () => ({ messages: 0, longest: 0 }),
    clockErrorMs: () => 0,
    isReady: () => true,
    isStateAvailable: () => true,
  });
  metrics.limits.observe({ address: () => 0, user: () => 0 });
  return metrics;
}

test('the reference says what there is', async () => {
  const reference = await describeMetrics(idle().registry);
  await expect(reference).toMatchFileSnapshot(repositoryPath('deploy/prometheus/METRICS.md'));
});

test('names follow the conventions of Prometheus', async () => {
  const metrics = await idle().registry.getMetricsAsJSON();
  const own = metrics.filter(({ name }) => name.startsWith('switchboard_'));
  expect(own.length).toBeGreaterThan(30);
  for (const { name, type, help } of own) {
    expect(name).toMatch(/^switchboard_[a-z]+(_[a-z]+)*$/);
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    expect([name, name.endsWith('_total')]).toEqual([name, `${type}` === 'counter']);
    if (`${type}` === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('what is counted by hand is shown as prom-client would show it', async () => {
  const { signals, commands, registry } = idle();
  for (const ms of [0, 0.4, 3, 40, 5_000]) signals.delivered('remote', ms);
  for (let count = 0; count < 3; count += 1) signals.routed('offer', 'local');
  commands.answered('signal', 'ok', 0);
  commands.answered('signal', 'rate_limited', 0);
  const first = await registry.metrics();
  expect(first.split('\n')).toEqual(
    expect.arrayContaining([
      'switchboard_signals_total{kind="offer",path="local"} 3',
      'switchboard_signals_total{kind="answer",path="local"} 0',
      'switchboard_commands_total{command="signal",outcome="ok"} 1',
      'switchboard_commands_total{command="signal",outcome="rate_limited"} 1',
      '# TYPE switchboard_signal_latency_seconds histogram',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="0.0001"} 1',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="0.0005"} 2',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="0.0025"} 2',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="0.005"} 3',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="0.05"} 4',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="1"} 4',
      'switchboard_signal_latency_seconds_bucket{path="remote",le="+Inf"} 5',
      'switchboard_signal_latency_seconds_count{path="remote"} 5',
      'switchboard_signal_latency_seconds_count{path="local"} 0',
    ]),
  );
  // Being asked changes nothing.
  const series = (text: string) => text.split('\n').filter((line) => /^switchboard_/.test(line));
  expect(series(await registry.metrics())).toEqual(series(first));
});
