import { buildBundle } from './build-bundle.ts';

/** `pnpm bundle`: builds the browser bundle and says how large it is. */
const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(9);

const sizes = {
  'with socket.io-client': await buildBundle({ socketIo: true, write: true }),
  'without socket.io-client': await buildBundle({ socketIo: false, write: false }),
};

process.stdout.write(`${''.padEnd(26)}      min  min+gzip\n`);
for (const [name, { minified, gzipped }] of Object.entries(sizes)) {
  process.stdout.write(`${name.padEnd(26)}${kilobytes(minified)} ${kilobytes(gzipped)}\n`);
}
