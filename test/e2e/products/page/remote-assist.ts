import type { Product } from './product.ts';

export const remoteAssist: Product = ({ url, userId, role, callee: to = '' }, call, socket) => {
  let [callId, other] = ['', to];
  call.speaks({
    offer: (offer) => socket.emit('offer', { callId, offer, to: other }),
    answer: (answer) => socket.emit('answer', { callId, answer, to: other }),
    candidate: (candidate) => socket.emit('ice-candidate', { callId, candidate, to: other }),
  });
  socket.on('call-request', (request) => {
    [callId, other] = [request.callId, request.from];
    socket.emit('call-response', { callId, from: userId, to: other, accepted: true });
  });
  socket.on('user-joined', (arrival) => arrival.userId === to && call.offer());
  socket.on('offer', ({ offer }) => call.describe(offer));
  socket.on('answer', ({ answer }) => call.describe(answer));
  socket.on('ice-candidate', ({ candidate }) => call.reach(candidate));
  socket.on('call-ended', () => call.end());
  socket.emit('register', { userId });
  if (role === 'Technician') void ring();
  return () => socket.emit('end-call', { callId, to: other });

  async function ring(): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ userId });
    const response = await fetch(`${url}/api/create-call`, { method: 'POST', headers, body });
    ({ callId } = await response.json());
    socket.emit('join-call', { callId, userId, role });
    socket.emit('call-request', { callId, from: userId, to });
  }
};
