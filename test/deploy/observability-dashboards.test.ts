import { readdir, readFile } from 'node:fs/promises';
import { pinnedNode, repositoryPath, spawnGuarded } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { type DashboardPanel, readDashboards } from './dashboards.ts';

const folder = repositoryPath('deploy/grafana/dashboards');
const dashboards = await readDashboards();
const panels = dashboards.flatMap(({ title, panels }) =>
  panels.filter(({ type }) => type !== 'row').map((panel) => ({ dashboard: title, ...panel })),
);

test('the files are what the sources say', async () => {
  const child = spawnGuarded({
    command: pinnedNode(),
    args: [repositoryPath('deploy/grafana/generate.ts'), '--check'],
  });
  const { code } = await child.exited;
  expect(code, child.logs()).toBe(0);
  expect((await readdir(folder)).length).toBe(dashboards.length);
});

test('all that was asked for is there', () => {
  expect(dashboards.map(({ uid }) => uid).toSorted()).toEqual([
    'switchboard-calls',
    'switchboard-node',
    'switchboard-overview',
    'switchboard-redis-and-bus',
  ]);
});

test.each(dashboards)('the panels of $title have ids and places of their own', ({ panels }) => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(cellsOf);
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test.each(panels)('$dashboard: $title can be read', ({ description, targets, fieldConfig }) => {
  expect(description?.length).toBeGreaterThan(15);
  expect(fieldConfig?.defaults.unit).toMatch(/^[a-z]+$/);
  expect(targets?.length).toBeGreaterThan(0);
  for (const { expr, legendFormat, datasource, refId } of targets ?? []) {
    expect(expr).toContain('job="$job"');
    expect(legendFormat).not.toBe('');
    expect(datasource).toEqual({ type: 'prometheus', uid: '$datasource' });
    expect(refId).toMatch(/^[A-Z]$/);
  }
  expect(new Set(targets?.map(({ refId }) => refId)).size).toBe(targets?.length);
});

test('every metric of the reference is on some dashboard', async () => {
  const reference = await readFile(repositoryPath('deploy/prometheus/METRICS.md'), 'utf8');
  const own = Array.from(reference.matchAll(/^\| `(switchboard_\w+)`/gm), ([, name]) => name ?? '');
  const shown = panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []).join('\n');
  expect(own.filter((name) => !shown.includes(name))).toEqual([]);
});

/** The cells of the grid that a panel takes. */
function cellsOf({ gridPos: { x, y, w, h } }: DashboardPanel): string[] {
  const columns = Array.from({ length: w }, (_, index) => x + index);
  const lines = Array.from({ length: h }, (_, index) => y + index);
  return lines.flatMap((line) => columns.map((column) => `${column},${line}`));
}
