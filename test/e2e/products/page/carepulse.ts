import type { Product } from './product.ts';

export const carepulse: Product = ({ roomId: room, role }, call, socket) => {
  call.speaks({
    offer: (sdp) => socket.emit('signal', { room, type: 'offer', sdp }),
    answer: (sdp) => socket.emit('signal', { room, type: 'answer', sdp }),
    candidate: (candidate) => socket.emit('signal', { room, candidate }),
  });
  socket.on('user-connected', () => call.offer());
  socket.on('signal', ({ sdp, candidate }) => {
    if (sdp) call.describe(sdp);
    else call.reach(candidate);
  });
  socket.on('user-disconnected', () => call.end());
  // Its page sends the role where a user id is meant.
  socket.emit('join-room', room, role);
  return () => socket.disconnect();
};
