/**
 * Writes the chart's README.md from the comments of its values.yaml: `node deploy/helm/write-readme.ts`.
 * With `--check` it writes nothing, and ends with 1 if there would be something to write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { chartReadme } from './chart-readme.ts';

const chart = new URL('./switchboard/', import.meta.url);
const path = new URL('README.md', chart);
const readme = chartReadme(await readFile(new URL('values.yaml', chart), 'utf8'));
if (process.argv.includes('--check')) {
  if ((await readFile(path, 'utf8')) !== readme) {
    console.error('README.md is not what values.yaml says: run node deploy/helm/write-readme.ts');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, readme);
}
