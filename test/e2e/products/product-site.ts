import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>An older product</title>
  <video id="own" autoplay muted playsinline></video>
  <video id="other" autoplay playsinline></video>
  <script src="/socket.io.js"></script>
  <script type="module" src="/page/main.ts"></script>
</html>`;

const socketIo = createRequire(import.meta.url).resolve('socket.io-client/dist/socket.io.js');

/** The web server of an older product: of another origin than the cluster, as theirs are. */
export interface ProductSite extends AsyncDisposable {
  readonly url: string;
}

/** Serves the page, Socket.IO's own client for browsers, and the scripts without their types. */
export async function startProductSite(): Promise<ProductSite> {
  const server = createServer(({ url = '/' }, response) => {
    serve(url, response).catch(() => response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // Browsers give a page of this machine the camera without TLS.
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(path: string, response: ServerResponse): Promise<void> {
  if (path === '/') {
    response.setHeader('content-type', 'text/html').end(page);
    return;
  }
  const [, script] = /^\/page\/([a-z-]+\.ts)$/.exec(path) ?? [];
  const text =
    path === '/socket.io.js'
      ? await readFile(socketIo, 'utf8')
      : stripTypeScriptTypes(await readFile(new URL(`page/${script}`, import.meta.url), 'utf8'));
  response.setHeader('content-type', 'text/javascript').end(text);
}
