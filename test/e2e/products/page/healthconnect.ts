import type { Product } from './product.ts';

export const healthconnect: Product = ({ roomId, userId, role }, call, socket) => {
  let to: string;
  call.speaks({
    offer: (offer) => socket.emit('offer', { offer, to }),
    answer: (answer) => socket.emit('answer', { answer, to }),
    candidate: (candidate) => socket.emit('ice-candidate', { candidate, to }),
  });
  socket.on('room-joined', ({ participants: [other] }) => {
    if (!other) return;
    to = other.socketId;
    call.offer();
  });
  socket.on('offer', ({ offer, from }) => {
    to = from;
    call.describe(offer);
  });
  socket.on('answer', ({ answer }) => call.describe(answer));
  socket.on('ice-candidate', ({ candidate }) => call.reach(candidate));
  socket.on('user-left', () => call.end());
  socket.emit('join-room', { roomId, userId, userType: role, userName: userId });
  return () => socket.emit('leave-room', { roomId });
};
