import { describe, expect, test } from 'vitest';
import { find, Lifecycle, nodePod, podsOf, variablesOf } from './support/chart-objects.ts';
import { chartPath, helm, type RenderOptions, renderChart } from './support/helm.ts';
import { nodeVariables } from './support/node-variables.ts';

/** It is only there to be put into REDIS_URL. */
const besides = new Set(['REDIS_PASSWORD']);

const full = { values: 'ci/full-values.yaml' };

describe('a node in the chart', () => {
  test('rule 8: liveness says nothing of Redis, readiness does, both on the operations port', async () => {
    const rendered = await renderChart({ set: ['ports.ops=5999'] });
    expect(nodePod(rendered).containers[0]).toMatchObject({
      livenessProbe: { httpGet: { path: '/livez', port: 'ops' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'ops' } },
      ports: expect.arrayContaining([{ name: 'ops', containerPort: 5999 }]),
    });
    expect(variablesOf(rendered).get('OPS_PORT')?.value).toBe('5999');
  });

  test.each([
    { set: [], drainMs: 25_000 },
    { set: ['config.drainDeadlineMs=90500'], drainMs: 90_500 },
    { set: ['config.drainDeadlineMs=600000'], drainMs: 600_000 },
  ])(
    'rule 9: its grace period outlasts preStop and a drain of $drainMs ms',
    async ({ set, drainMs }) => {
      const rendered = await renderChart({ set });
      const pod = nodePod(rendered);
      const { preStop } = Lifecycle.parse(pod.containers[0]?.['lifecycle']);
      const preStopMs = preStop.exec.command[1] * 1_000;
      expect(variablesOf(rendered).get('DRAIN_DEADLINE_MS')?.value).toBe(`${drainMs}`);
      // After the drain, Redis and the listeners are closed.
      expect((pod.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThanOrEqual(
        preStopMs + drainMs + 5_000,
      );
    },
  );

  test('is set by variables that a node knows', async () => {
    for (const options of [{}, full, { values: 'ci/minimal-values.yaml' }]) {
      const rendered = await renderChart(options);
      const set = [...variablesOf(rendered, options === full ? 'calls' : undefined).keys()];
      expect(set.filter((name) => !nodeVariables.has(name) && !besides.has(name))).toEqual([]);
    }
  });

  test('believes the load balancers of its network, or those that are named', async () => {
    const proxies = async (options: RenderOptions, release?: string) =>
      variablesOf(await renderChart(options), release).get('TRUST_PROXY')?.value;
    expect(await proxies({})).toBe('private');
    expect(await proxies(full, 'calls')).toBe('private,203.0.113.0/24');
    await expect(proxies({ set: ['config.trustProxy='] })).rejects.toThrow('trustProxy');
  });

  test('knows who can log in by a file from the Secret, if there is a key for it', async () => {
    const none = await renderChart({});
    expect(variablesOf(none).has('USERS_FILE')).toBe(false);
    const users = { name: 'users' };
    expect(nodePod(none)['volumes']).not.toContainEqual(expect.objectContaining(users));
    const rendered = await renderChart(full);
    const pod = nodePod(rendered, 'calls');
    const secret = {
      secretName: 'calls-secrets',
      items: [{ key: 'users.json', path: 'users.json' }],
    };
    expect(pod['volumes']).toContainEqual({ ...users, secret });
    const mountPath = '/etc/switchboard/users';
    expect(pod.containers[0]?.['volumeMounts']).toContainEqual({
      ...users,
      ...{ mountPath, readOnly: true },
    });
    expect(variablesOf(rendered, 'calls').get('USERS_FILE')?.value).toBe(`${mountPath}/users.json`);
  });

  test('is named as its pod, which is how its sessions name it', async () => {
    const variable = variablesOf(await renderChart({})).get('NODE_ID');
    expect(variable).toMatchObject({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } });
    const long = 'a-very-long-name-of-a-release-of-this.chart-that-goes-on';
    const text = await helm(['template', long.slice(0, 53), chartPath]);
    const [, name = ''] = /kind: Deployment\nmetadata:\n {2}name: (\S+)/.exec(text) ?? [];
    // Kubernetes appends a hyphen, ten characters, a hyphen, and five; a NODE_ID has at most 64.
    expect(name).toMatch(/^[a-z0-9-]{1,47}$/);
  });
});

test('every container runs as nobody in particular, and may write nothing', async () => {
  const pods = podsOf(await renderChart(full));
  expect(pods).toHaveLength(4);
  for (const pod of pods) {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const { securityContext } of [...pod.initContainers, ...pod.containers]) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  }
});

test('no secret is rendered: each is a reference to the Secret that is there', async () => {
  for (const [options, secret] of [
    [{}, 'demo-switchboard'],
    [full, 'calls-secrets'],
    [{ values: 'ci/own-balancer-values.yaml' }, 'demo-switchboard'],
  ] as const) {
    const rendered = await renderChart(options);
    expect(rendered.objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const variables = podsOf(rendered)
      .flatMap(({ initContainers, containers }) => [...initContainers, ...containers])
      .flatMap(({ env }) => env)
      .filter(({ name, value }) => /SECRET|PASSWORD/.test(name) || /\/\/.*:.*@/.test(value ?? ''));
    expect(variables.length).toBeGreaterThan(1);
    for (const { value, ...rest } of variables) {
      if (value === undefined)
        expect(rest).toMatchObject({ valueFrom: { secretKeyRef: { name: secret } } });
      else expect(value).toContain('$(REDIS_PASSWORD)');
    }
  }
  await expect(renderChart({ set: ['config.extraEnv.JWT_SECRET=clear'] })).rejects.toThrow(
    'extraEnv',
  );
});

test('maintenance takes one node at a time, and an update none before its successor is there', async () => {
  const rendered = await renderChart({});
  expect(find(rendered, 'PodDisruptionBudget', 'demo-switchboard')).toMatchObject({
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { 'app.kubernetes.io/component': 'node' } },
    },
  });
  expect(find(rendered, 'Deployment', 'demo-switchboard')).toMatchObject({
    spec: { replicas: 3, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
  });
});

test('it scales by connections per pod and by CPU, and then says no number of its own', async () => {
  const rendered = await renderChart(full);
  const scaler = find(rendered, 'HorizontalPodAutoscaler', 'calls');
  expect(scaler).toMatchObject({
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'calls' },
      metrics: [
        {
          type: 'Pods',
          pods: { metric: { name: 'switchboard_connections' }, target: { averageValue: '8000' } },
        },
        { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } },
      ],
    },
  });
  expect(find(rendered, 'Deployment', 'calls')).not.toHaveProperty('spec.replicas');
});

describe('values that could not work are refused', () => {
  test.each([
    [['replicaCount=0'], 'replicaCount'],
    [['replicacount=3'], 'replicacount'],
    [['ingress.preset=nginx'], 'preset'],
    [['balancer.enabled=true'], 'balancer.tlsSecretName'],
    [['coturn.enabled=true'], 'coturn.host'],
    [['gateway.enabled=true'], 'gateway.className'],
    [['config.keyPrefix=a b'], 'keyPrefix'],
  ])('%s', async (set, named) => {
    await expect(renderChart({ set })).rejects.toThrow(named);
  });
});
