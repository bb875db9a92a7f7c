import { z } from 'zod';
import type { KubernetesObject, Rendered } from './helm.ts';

const Container = z.looseObject({
  name: z.string(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
});
const PodSpec = z.looseObject({
  automountServiceAccountToken: z.boolean(),
  securityContext: z.unknown(),
  terminationGracePeriodSeconds: z.number().optional(),
  initContainers: z.array(Container).default([]),
  containers: z.array(Container),
});
export const Lifecycle = z.object({
  preStop: z.object({
    exec: z.object({ command: z.tuple([z.literal('sleep'), z.coerce.number()]) }),
  }),
});
export const ConfigMap = z.object({ data: z.record(z.string(), z.string()) });
const Workload = z.object({ spec: z.object({ template: z.object({ spec: PodSpec }) }) });

/** The object of that kind and name. Throws when there is none. */
export const find = ({ objects }: Rendered, kind: string, name: string): KubernetesObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

/** What the pods of all workloads are to be. */
export const podsOf = ({ objects }: Rendered) =>
  objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map((object) => Workload.parse(object).spec.template.spec);

/** What the pods of one Deployment are to be. */
export const nodePod = (rendered: Rendered, name = 'demo-switchboard') =>
  Workload.parse(find(rendered, 'Deployment', name)).spec.template.spec;

/** The environment of the first container of a Deployment's pods. */
export const variablesOf = (rendered: Rendered, name?: string) =>
  new Map(nodePod(rendered, name).containers[0]?.env.map((each) => [each.name, each]));
