import type { Product } from './product.ts';

export const videoCall: Product = ({ roomId, userId }, call, socket) => {
  const send = (signal: unknown) => socket.emit('webrtc-signal', { roomId, userId, signal });
  call.speaks({ offer: send, answer: send, candidate: send });
  socket.on('user-joined', () => call.offer());
  socket.on('webrtc-signal', ({ signal }) => {
    if (signal.sdp) call.describe(signal);
    else call.reach(signal);
  });
  socket.on('user-left', () => call.end());
  socket.emit('join-room', { roomId, userId });
  return () => socket.emit('leave-room', { roomId, userId });
};
