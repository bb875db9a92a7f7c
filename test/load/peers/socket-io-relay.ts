/** A plain Socket.IO relay: in memory, or with one of the Redis adapters (ADAPTER, REDIS_URL). */
import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const { PORT, ADAPTER, REDIS_URL = '' } = process.env;
const http = createServer();
const io = new Server(http);

if (ADAPTER) {
  const [publisher, subscriber] = [new Redis(REDIS_URL), new Redis(REDIS_URL)];
  io.adapter(
    ADAPTER === 'sharded'
      ? createShardedAdapter(publisher, subscriber, { subscriptionMode: 'dynamic-private' })
      : createAdapter(publisher, subscriber),
  );
}

io.on('connection', (socket) => {
  socket.on('join', async (room, acknowledge) => {
    await socket.join(room);
    socket.to(room).emit('joined', socket.id);
    acknowledge({ ok: true });
  });
  socket.on('signal', ({ to, ...signal }, acknowledge) => {
    io.to(to).emit('signal', { from: socket.id, ...signal });
    acknowledge?.({ ok: true });
  });
  socket.on('disconnecting', () => {
    for (const room of socket.rooms) socket.to(room).emit('left', socket.id);
  });
});

http.listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
