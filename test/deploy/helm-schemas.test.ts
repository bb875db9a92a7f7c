import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chartPath, helm, renderChart } from './support/helm.ts';
import { checkObjects } from './support/kubernetes-schemas.ts';

/** The default, and each file of values that the chart brings for its tests. */
const variants = [
  undefined,
  ...(await readdir(join(chartPath, 'ci'))).map((name) => `ci/${name}`).sort(),
];

describe.each(variants)('the chart with %s', (values) => {
  test('lints, and its objects are as Kubernetes knows them', async () => {
    const files = values ? ['--values', join(chartPath, values)] : [];
    await expect(helm(['lint', '--strict', chartPath, ...files])).resolves.toContain(
      '0 chart(s) failed',
    );
    const { objects } = await renderChart({ values });
    expect(objects.length).toBeGreaterThan(1);
    await checkObjects(objects);
  });
});

test('the schemas refuse a field that Kubernetes does not know, and a value of the wrong type', async () => {
  const budget = (spec: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'x' },
    spec,
  });
  await checkObjects([budget({ maxUnavailable: 1 })]);
  await expect(checkObjects([budget({ maxUnavailabel: 1 })])).rejects.toThrow('maxUnavailabel');
  await expect(checkObjects([budget({ maxUnavailable: true })])).rejects.toThrow('maxUnavailable');
  const unknown = { ...budget({}), kind: 'PodDisruptionBudgets' };
  await expect(checkObjects([unknown])).rejects.toThrow('no schema');
});
