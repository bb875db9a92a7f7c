import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { freePort } from '../free-port.ts';
import { type FlowMode, TcpFlow } from './tcp-flow.ts';

/** A connection that goes through a proxy. */
export interface ProxiedConnection {
  /** The first kilobytes that the client has sent, by which it can be told what it is for. */
  readonly greeting: string;
  /** What happens to what the client sends, from now on. */
  readonly toServer: TcpFlow;
  readonly toClient: TcpFlow;
  /** Ends it on both sides. */
  cut(): void;
}

/** The network between clients and one server on this machine. Disposing it cuts all connections. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly connections: readonly ProxiedConnection[];
  /** What happens in every connection, and in those to come, in both directions unless one is named. */
  set(mode: FlowMode, direction?: FlowDirection): void;
  /** Ends every connection, and every new one at once, until `mend`. */
  cut(): void;
  /** All is well again, except for connections that have lost bytes: those are cut. */
  mend(): void;
}

export type FlowDirection = 'both' | 'toServer' | 'toClient';

const greetingBytes = 8_192;

interface Modes {
  readonly toServer: FlowMode;
  readonly toClient: FlowMode;
}

const wellBeing: Modes = { toServer: { kind: 'pass' }, toClient: { kind: 'pass' } };

/** Starts a proxy on 127.0.0.1 that passes everything on to a port there. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const port = await freePort();
  const connections = new Set<ProxiedConnection>();
  let modes: Modes = wellBeing;
  let isCut = false;
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const connection = proxy(client, targetPort, () => connections.delete(connection));
    connections.add(connection);
    apply(modes, connection);
  });
  await listen(server, port);
  const cutAll = () => {
    for (const connection of connections) connection.cut();
  };
  return {
    port,
    get connections() {
      return [...connections];
    },
    set: (mode, direction = 'both') => {
      modes = {
        toServer: direction === 'toClient' ? modes.toServer : mode,
        toClient: direction === 'toServer' ? modes.toClient : mode,
      };
      for (const connection of connections) apply(modes, connection);
    },
    cut: () => {
      isCut = true;
      cutAll();
    },
    mend: () => {
      isCut = false;
      modes = wellBeing;
      for (const connection of connections) {
        if (connection.toServer.hasHole || connection.toClient.hasHole) connection.cut();
        else apply(modes, connection);
      }
    },
    [Symbol.asyncDispose]: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function apply(modes: Modes, { toServer, toClient }: ProxiedConnection): void {
  toServer.set(modes.toServer);
  toClient.set(modes.toClient);
}

function proxy(client: Socket, targetPort: number, onGone: () => void): ProxiedConnection {
  const server = tcpConnect({ port: targetPort, host: '127.0.0.1', noDelay: true });
  let greeting = '';
  client.on('data', (chunk) => {
    if (greeting.length < greetingBytes) greeting += chunk.toString('latin1');
  });
  const cut = () => {
    client.destroy();
    server.destroy();
    onGone();
  };
  for (const socket of [client, server]) socket.on('error', cut).on('close', cut);
  const toServer = new TcpFlow(client, server);
  const toClient = new TcpFlow(server, client);
  return {
    toServer,
    toClient,
    cut,
    get greeting() {
      return greeting;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
}
