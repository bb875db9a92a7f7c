import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Gateway, HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import {
  PodMonitor,
  PrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { repositoryPath } from '@switchboard/testkit';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import { z } from 'zod';
import type { KubernetesObject } from './helm.ts';

const core = 'kubernetes-models';
const gateway = '@kubernetes-models/gateway-api';
const operator = '@kubernetes-models/prometheus-operator';

/** Every kind that the chart makes, with the package whose schemas know it. */
const kinds: Readonly<Record<string, readonly [name: string, model: ModelClass]>> = {
  'v1/ConfigMap': [core, ConfigMap],
  'v1/Service': [core, Service],
  'v1/ServiceAccount': [core, ServiceAccount],
  'apps/v1/Deployment': [core, Deployment],
  'apps/v1/StatefulSet': [core, StatefulSet],
  'autoscaling/v2/HorizontalPodAutoscaler': [core, HorizontalPodAutoscaler],
  'networking.k8s.io/v1/Ingress': [core, Ingress],
  'networking.k8s.io/v1/NetworkPolicy': [core, NetworkPolicy],
  'policy/v1/PodDisruptionBudget': [core, PodDisruptionBudget],
  'gateway.networking.k8s.io/v1/Gateway': [gateway, Gateway],
  'gateway.networking.k8s.io/v1/HTTPRoute': [gateway, HTTPRoute],
  'monitoring.coreos.com/v1/PodMonitor': [operator, PodMonitor],
  'monitoring.coreos.com/v1/PrometheusRule': [operator, PrometheusRule],
};

type ModelClass = new (object: never) => { validate(): void };

/** No package has the schemas of Envoy Gateway: what the chart uses of it, as its reference says. */
const BackendTrafficPolicy = z.strictObject({
  apiVersion: z.literal('gateway.envoyproxy.io/v1alpha1'),
  kind: z.literal('BackendTrafficPolicy'),
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    targetRefs: z.array(
      z.strictObject({ group: z.string(), kind: z.literal('HTTPRoute'), name: z.string() }),
    ),
    loadBalancer: z.strictObject({
      type: z.literal('LeastRequest'),
      slowStart: z.strictObject({ window: z.string().regex(/^\d+s$/) }),
    }),
  }),
});

/** A field of the experimental channel, which the packaged schemas leave out. */
const SessionPersistence = z.strictObject({
  sessionName: z.string().max(128),
  type: z.literal('Cookie'),
  cookieConfig: z.strictObject({ lifetimeType: z.literal('Session') }),
});

/**
 * Checks objects against the schemas of their kinds: values and required fields by the schemas'
 * validators, and that there are no fields besides, which these let pass and an API server drops,
 * by the compiler.
 *
 * @throws {Error} naming the object and what is wrong with it; also for a kind without a schema.
 */
export async function checkObjects(objects: readonly KubernetesObject[]): Promise<void> {
  const lines: string[] = [];
  for (const object of objects.map(withoutExperiments)) {
    if (object.apiVersion.startsWith('gateway.envoyproxy.io/')) {
      BackendTrafficPolicy.parse(object);
      continue;
    }
    const name = `${object.apiVersion}/${object.kind}`;
    const known = kinds[name];
    if (!known) throw new Error(`there is no schema for ${name}`);
    const [source, Model] = known;
    try {
      new Model(object as never).validate();
    } catch (error) {
      throw new Error(`${object.kind} ${object.metadata.name}: ${String(error)}`, { cause: error });
    }
    const module = object.apiVersion.includes('/') ? object.apiVersion : 'v1';
    lines.push(
      `export const o${lines.length}: import('${source}/${module}').I${object.kind} = ${JSON.stringify(object)};`,
    );
  }
  await compile(lines.join('\n'));
}

function withoutExperiments(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'HTTPRoute') return object;
  const route = structuredClone(object) as unknown as {
    spec: { rules: { sessionPersistence?: unknown }[] };
  };
  for (const rule of route.spec.rules) {
    if (rule.sessionPersistence) SessionPersistence.parse(rule.sessionPersistence);
    delete rule.sessionPersistence;
  }
  return route as unknown as KubernetesObject;
}

/** Object literals of a type may have no fields but its own. */
async function compile(source: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-objects-'));
  try {
    await writeFile(join(folder, 'objects.ts'), source);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await symlink(repositoryPath('test/node_modules'), join(folder, 'node_modules'));
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext'];
    await promisify(execFile)(
      repositoryPath('node_modules/.bin/tsc'),
      [...options, '--target', 'es2024', '--types', '', 'objects.ts'],
      { cwd: folder },
    ).catch((error: { stdout?: string }) => {
      throw new Error(`not as Kubernetes knows it: ${error.stdout}`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
