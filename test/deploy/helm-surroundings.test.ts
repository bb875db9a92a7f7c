import { readdir, readFile } from 'node:fs/promises';
import { repositoryPath } from '@switchboard/testkit';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigMap, find, nodePod } from './support/chart-objects.ts';
import { renderChart } from './support/helm.ts';

const Rule = z.object({ spec: z.unknown() });

describe('polling clients stay on their node', () => {
  test('with the own balancer: it is the configuration that the cluster tests run with', async () => {
    const rendered = await renderChart({ values: 'ci/own-balancer-values.yaml' });
    const config = find(rendered, 'ConfigMap', 'demo-switchboard-balancer');
    const expected = await readFile(repositoryPath('deploy/haproxy/haproxy.cfg'), 'utf8');
    expect(ConfigMap.parse(config).data['haproxy.cfg']?.trim()).toBe(expected.trim());
    expect(find(rendered, 'Service', 'demo-switchboard-nodes')).toMatchObject({
      spec: { clusterIP: 'None', publishNotReadyAddresses: true },
    });
    const [container] = nodePod(rendered, 'demo-switchboard-balancer').containers;
    expect(container?.env).toContainEqual({
      name: 'BALANCER_NODES',
      value: 'demo-switchboard-nodes.calls.svc:4000',
    });
  });

  test('with HAProxy Ingress: by the session id, and no cookie', async () => {
    const rendered = await renderChart({ values: 'ci/haproxy-ingress-values.yaml' });
    const { annotations = {} } = find(rendered, 'Ingress', 'demo-switchboard').metadata;
    expect(annotations).toMatchObject({
      'haproxy-ingress.github.io/backend-server-naming': 'pod',
      'haproxy-ingress.github.io/config-backend': expect.stringContaining('urlp(sid),field(1,.)'),
      // What the operator says wins.
      'haproxy-ingress.github.io/timeout-tunnel': '4h',
    });
    expect(JSON.stringify(annotations)).not.toContain('cookie');
  });

  test('with Traefik: by a cookie, at the Service', async () => {
    const rendered = await renderChart({ values: 'ci/traefik-ingress-values.yaml' });
    expect(find(rendered, 'Service', 'demo-switchboard').metadata.annotations).toMatchObject({
      'traefik.ingress.kubernetes.io/service.sticky.cookie': 'true',
      'traefik.ingress.kubernetes.io/service.sticky.cookie.secure': 'true',
    });
  });

  test('with Envoy Gateway: by a cookie, at the route', async () => {
    const rendered = await renderChart({ values: 'ci/envoy-gateway-values.yaml' });
    expect(find(rendered, 'HTTPRoute', 'demo-switchboard')).toMatchObject({
      spec: {
        parentRefs: [{ name: 'shared', namespace: 'gateways' }],
        rules: [{ sessionPersistence: { type: 'Cookie' }, timeouts: { request: '0s' } }],
      },
    });
  });
});

test('the bundled Redis has one user besides the one that may only ping, with the prefix of the values', async () => {
  const rendered = await renderChart({ set: ['config.keyPrefix=calls:'] });
  const config = find(rendered, 'ConfigMap', 'demo-switchboard-redis');
  const expected = await readFile(repositoryPath('deploy/redis/users.acl'), 'utf8');
  expect(ConfigMap.parse(config).data['users.acl']?.trim()).toBe(
    expected.replaceAll('switchboard:*', 'calls:*').trim(),
  );
});

test('rules and dashboards are the files of this repository', async () => {
  const { objects } = await renderChart({ values: 'ci/full-values.yaml' });
  const rules = objects.filter(({ kind }) => kind === 'PrometheusRule');
  const dashboards = objects.filter(({ metadata }) => metadata.name.includes('-dashboard-'));
  const { rulesFiles, dashboardFiles } = await filesOfMonitoring();
  expect(rules.map((rule) => Rule.parse(rule).spec)).toEqual(expect.arrayContaining(rulesFiles));
  expect(rules).toHaveLength(rulesFiles.length);
  expect(
    dashboards
      .flatMap((map) => Object.values(ConfigMap.parse(map).data))
      .map((text) => JSON.parse(text)),
  ).toEqual(dashboardFiles);
});

async function filesOfMonitoring() {
  const read = (path: string) => readFile(repositoryPath(path), 'utf8');
  const folder = 'deploy/grafana/dashboards';
  const names = (await readdir(repositoryPath(folder))).sort();
  // The same as the Prometheus of compose evaluates.
  const { rule_files } = parse(await read('deploy/prometheus/prometheus.yml'));
  return {
    rulesFiles: await Promise.all(
      rule_files.map(async (name: string) => parse(await read(`deploy/prometheus/${name}`))),
    ),
    dashboardFiles: await Promise.all(
      names.map(async (name) => JSON.parse(await read(`${folder}/${name}`))),
    ),
  };
}
