import { readFile } from 'node:fs/promises';
import {
  type NodeProcess,
  type PrometheusServer,
  repositoryPath,
  startPrometheus,
} from '@switchboard/testkit';

/** How many times faster than in production its clocks run: an hour is half a minute. */
const haste = 120;

/** For `$__rate_interval` in the expressions of dashboards. */
export const rateInterval = '3s';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The same rules with all their durations divided: windows, `for`, and how often they are looked at. */
export const hurry = (rules: string): string =>
  rules.replace(
    /(\[|\bfor: |\binterval: )(\d+)([smh])\b/g,
    (_, before: string, count: string, unit: keyof typeof unitsMs) =>
      `${before}${Math.round((Number(count) * unitsMs[unit]) / haste)}ms`,
  );

/** A Prometheus that scrapes these nodes, with the rules of deploy/prometheus, in a hurry. */
export async function startHurriedPrometheus(
  nodes: readonly NodeProcess[],
): Promise<PrometheusServer> {
  const read = (name: string) => readFile(repositoryPath(`deploy/prometheus/${name}`), 'utf8');
  const targets = nodes.map(({ opsPort }) => `127.0.0.1:${opsPort}`);
  const configuration = {
    global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
    rule_files: ['recording-rules.yml', 'alerts.yml'],
    scrape_configs: [{ job_name: 'switchboard', static_configs: [{ targets }] }],
  };
  return startPrometheus({
    // JSON is YAML as well.
    'prometheus.yml': JSON.stringify(configuration),
    'recording-rules.yml': hurry(await read('recording-rules.yml')),
    'alerts.yml': hurry(await read('alerts.yml')),
  });
}
