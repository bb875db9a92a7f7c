/** The floor: a relay on bare WebSockets that checks nothing, in memory. */
import { type WebSocket, WebSocketServer } from 'ws';

const peers = new Map<string, WebSocket>();
const port = Number(process.env['PORT']);
const server = new WebSocketServer({ port, host: '127.0.0.1' }, () => console.log('ready'));

server.on('connection', (socket, request) => {
  const id = new URL(request.url ?? '', 'http://localhost').searchParams.get('id') ?? '';
  peers.set(id, socket);
  socket.on('close', () => peers.delete(id));
  socket.on('message', (bytes) => {
    const { to, ...signal } = JSON.parse(String(bytes));
    peers.get(to)?.send(JSON.stringify({ from: id, ...signal }));
  });
  socket.send('open');
});
