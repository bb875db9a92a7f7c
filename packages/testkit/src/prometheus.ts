import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from './executables.ts';
import { freePort } from './free-port.ts';
import { httpStatus } from './http-status.ts';
import { spawnGuarded } from './process/guarded-process.ts';
import { waitForService } from './process/wait-for-service.ts';

/** One element of the answer to a query. */
export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule, as Prometheus evaluates it. */
export interface PrometheusRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  /** `ok` once it has been evaluated without an error. */
  readonly health: string;
  readonly lastError?: string;
}

/** A Prometheus with data of its own, on 127.0.0.1. Disposing it ends it. */
export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
  /** Throws with what Prometheus says of an expression that it cannot evaluate. */
  query(expression: string): Promise<readonly PrometheusSample[]>;
  rules(): Promise<readonly PrometheusRule[]>;
  /** Names of the alerts that are firing, each once. */
  firing(): Promise<readonly string[]>;
  logs(): string;
}

/**
 * Starts Prometheus in a folder with these files, of which `prometheus.yml` is its configuration.
 *
 * @throws {Error} when it does not start, with the end of its output.
 */
export async function startPrometheus(
  files: Readonly<Record<string, string>>,
): Promise<PrometheusServer> {
  const command = await executable('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-prometheus-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnGuarded({
    command,
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    ...{ cwd: folder, folder },
  });
  const dispose = async () => {
    await child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async () => (await httpStatus(`${url}/-/ready`)) === 200;
  await waitForService(child, isReady, { what: `start of Prometheus on port ${port}` }).catch(
    async (error: unknown) => {
      await dispose();
      throw error;
    },
  );
  return {
    url,
    query: async (expression) => {
      const { result } = await ask<QueryData>(url, 'query', { query: expression });
      return result.map(({ metric, value: [, value] }) => ({
        labels: metric,
        value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
      }));
    },
    rules: async () => {
      const { groups } = await ask<{ groups: { rules: PrometheusRule[] }[] }>(url, 'rules');
      return groups.flatMap(({ rules }) => rules);
    },
    firing: async () => {
      const { alerts } = await ask<AlertsData>(url, 'alerts');
      const firing = alerts.filter(({ state }) => state === 'firing');
      return [...new Set(firing.map(({ labels }) => labels.alertname))];
    },
    logs: () => child.logs(),
    [Symbol.asyncDispose]: dispose,
  };
}

interface QueryData {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [at: number, value: string];
  }[];
}

interface AlertsData {
  readonly alerts: readonly {
    readonly state: string;
    readonly labels: { readonly alertname: string };
  }[];
}

type Answer<T> =
  | { readonly status: 'success'; readonly data: T }
  | { readonly status: 'error'; readonly error: string };

async function ask<T>(
  url: string,
  what: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await fetch(`${url}/api/v1/${what}?${new URLSearchParams(parameters)}`);
  const answer = (await response.json()) as Answer<T>;
  if (answer.status === 'error') {
    throw new Error(`Prometheus refused ${JSON.stringify(parameters)}: ${answer.error}`);
  }
  return answer.data;
}
