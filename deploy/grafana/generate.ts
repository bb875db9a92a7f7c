/**
 * Writes the dashboards to `dashboards/`, for Grafana to provision: `node deploy/grafana/generate.ts`.
 * With `--check` it writes nothing, and fails where the files are not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dashboardFiles } from './src/dashboards.ts';

const isCheck = process.argv.includes('--check');

for (const [name, text] of dashboardFiles()) {
  const file = new URL(`./dashboards/${name}`, import.meta.url);
  if (!isCheck) await writeFile(file, text);
  else if ((await readFile(file, 'utf8')) !== text) {
    console.error(`${name} is out of date: run node deploy/grafana/generate.ts`);
    process.exitCode = 1;
  }
}
