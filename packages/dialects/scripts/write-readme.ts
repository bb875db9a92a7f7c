import { readFile, writeFile } from 'node:fs/promises';
import { withPairs } from './pairs-table.ts';

const readme = new URL('../README.md', import.meta.url);
await writeFile(readme, withPairs(await readFile(readme, 'utf8')));
