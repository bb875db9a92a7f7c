import type { Product } from './product.ts';

export const roomServer: Product = ({ roomId, userId }, call, socket) => {
  let target: string;
  call.speaks({
    offer: (offer) => socket.emit('offer', { target, offer }),
    answer: (answer) => socket.emit('answer', { target, answer }),
    candidate: (candidate) => socket.emit('ice-candidate', { target, candidate }),
  });
  socket.on('user-connected', ({ socketId }) => {
    target = socketId;
    call.offer();
  });
  socket.on('offer', ({ offer, from }) => {
    target = from;
    call.describe(offer);
  });
  socket.on('answer', ({ answer }) => call.describe(answer));
  socket.on('ice-candidate', ({ candidate }) => call.reach(candidate));
  socket.on('user-disconnected', () => call.end());
  socket.emit('join-room', roomId, userId);
  return () => socket.disconnect();
};
