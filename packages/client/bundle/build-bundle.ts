import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

export interface Bundle {
  readonly code: string;
  /** Files that went into it, as paths. */
  readonly modules: readonly string[];
  /** Bytes, minified. */
  readonly minified: number;
  /** Bytes, minified and compressed with gzip at its highest level. */
  readonly gzipped: number;
}

/** Where browsers keep what they load, when they are given the bundle as it is. */
const outDir = fileURLToPath(new URL('../dist/browser', import.meta.url));
const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/**
 * Builds the SDK for browsers into one minified ES module.
 *
 * @param options.socketIo whether Socket.IO's client is part of it, or stays an import.
 * @param options.write whether it is written to `dist/browser/switchboard.js` as well.
 */
export async function buildBundle(options: {
  readonly socketIo: boolean;
  readonly write: boolean;
}): Promise<Bundle> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    // Spelt out, or they would follow NODE_ENV, and the size with them.
    resolve: { conditions: ['module', 'browser', 'production'] },
    build: {
      target: 'es2022',
      write: options.write,
      outDir,
      minify: true,
      // A library has no page that would need it.
      modulePreload: { polyfill: false },
      // Not Vite's library mode: that leaves white space in ES modules.
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        external: options.socketIo ? [] : ['socket.io-client'],
        output: { format: 'es', entryFileNames: 'switchboard.js' },
      },
    },
  });
  return measure(onlyChunk(result));
}

type BuildResult = Awaited<ReturnType<typeof build>>;

function onlyChunk(result: BuildResult): Rolldown.OutputChunk {
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((output) => ('output' in output ? output.output : []));
  const [chunk, ...others] = files;
  if (chunk?.type !== 'chunk' || others.length > 0) throw new Error('the bundle is not one file');
  return chunk;
}

const measure = ({ code, modules }: Rolldown.OutputChunk): Bundle => ({
  code,
  modules: Object.keys(modules),
  minified: Buffer.byteLength(code),
  gzipped: gzipSync(code, { level: 9 }).byteLength,
});
