import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort, type TestBrowser } from '@switchboard/testkit';
import { bundlePage } from './bundle-page.ts';

/** An empty page that has a script. */
export interface ServedPage<T> extends AsyncDisposable {
  /** Evaluates an expression over the script's exports, such as `callWith([])`. */
  evaluate(expression: string): Promise<T>;
}

/**
 * Opens a page with the script `page/NAME.ts`. It comes from a server of this machine, and not out
 * of the test: Chromium lets only such a page connect to other servers of this machine.
 */
export async function servePage<T>(browser: TestBrowser, name: string): Promise<ServedPage<T>> {
  const script = await bundlePage(fileURLToPath(new URL(`page/${name}.ts`, import.meta.url)));
  const server = createServer(({ url }, response) => {
    const isScript = url?.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>A page</title>');
  });
  const port = await freePort();
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}`);
  return {
    evaluate: (expression) =>
      page.evaluate(`import('/${name}.js').then((page) => page.${expression})`),
    [Symbol.asyncDispose]: async () => {
      await page.context().close();
      server.closeAllConnections();
      server.close();
    },
  };
}
