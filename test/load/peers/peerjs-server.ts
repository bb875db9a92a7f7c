/** The PeerJS server as it comes, but for its limit of clients. */
import { PeerServer } from 'peer';

const port = Number(process.env['PORT']);
PeerServer({ port, host: '127.0.0.1', path: '/', concurrent_limit: 50_000 }, () =>
  console.log('ready'),
);
