import { build, type Rolldown } from 'vite';

/** Builds a script for a page of a test; types and imports are resolved, nothing is minified. */
export async function bundlePage(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      write: false,
      minify: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { format: 'es' },
      },
    },
  });
  const files = (Array.isArray(result) ? result : [result]).flatMap((each) =>
    'output' in each ? each.output : [],
  );
  const chunk = files.find((file): file is Rolldown.OutputChunk => file.type === 'chunk');
  if (!chunk) throw new Error(`${entry} makes no script`);
  return chunk.code;
}
