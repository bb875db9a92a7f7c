import { readFile } from 'node:fs/promises';
import { executable, repositoryPath, spawnGuarded } from '@switchboard/testkit';
import { expect, test } from 'vitest';

const folder = repositoryPath('deploy/prometheus');

async function promtool(
  ...args: readonly string[]
): Promise<{ code: number | null; said: string }> {
  const child = spawnGuarded({ command: await executable('promtool'), args, cwd: folder });
  const { code } = await child.exited;
  return { code, said: child.logs() };
}

test('the rules are such, and find what they are to find', async () => {
  const files = ['recording-rules.yml', 'alerts.yml'];
  for (const args of [
    ['check', 'rules', ...files],
    ['check', 'config', 'prometheus.yml'],
    ['test', 'rules', 'rules.test.yml'],
  ]) {
    const { code, said } = await promtool(...args);
    expect(code, said).toBe(0);
  }
});

test('every alert has a section in the runbook, and every section an alert', async () => {
  const alerts = await readFile(`${folder}/alerts.yml`, 'utf8');
  const runbook = await readFile(repositoryPath('deploy/RUNBOOK.md'), 'utf8');
  const all = (text: string, pattern: RegExp) =>
    Array.from(text.matchAll(pattern), ([, name]) => name);
  const names = all(alerts, /- alert: (\w+)/g);
  expect(names.length).toBeGreaterThan(10);
  expect(all(runbook, /^## (Switchboard\w+)$/gm).toSorted()).toEqual(names.toSorted());
  const links = all(alerts, /runbook_url: deploy\/RUNBOOK\.md#(\w+)$/gm);
  expect(links).toEqual(names.map((name) => name?.toLowerCase()));
  const anchors = all(runbook, /\]\(#(\w+)\)/g);
  expect(new Set(links)).toEqual(new Set([...links, ...anchors]));
});

/** In the files beside the metrics' reference: what names none that is there finds nothing. */
test('the rules and their tests name metrics that a node has', async () => {
  const reference = await readFile(`${folder}/METRICS.md`, 'utf8');
  const known = new Set(Array.from(reference.matchAll(/^\| `(\w+)`/gm), ([, name]) => name));
  for (const file of ['recording-rules.yml', 'alerts.yml', 'rules.test.yml']) {
    const text = await readFile(`${folder}/${file}`, 'utf8');
    // Not those with a colon, which the rules record themselves.
    const named = Array.from(
      text.matchAll(/\b((?:switchboard|nodejs)_\w+)/g),
      ([, name]) => name ?? '',
    );
    const unknown = named
      .filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')))
      .filter((name) => name !== 'switchboard_');
    expect(unknown).toEqual([]);
  }
});
