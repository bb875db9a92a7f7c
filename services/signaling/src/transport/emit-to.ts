import { directLineOf, sendPacket } from './direct/direct-line.ts';
import type { ClientSocket } from './socket-server.ts';

/** `PacketType.EVENT` of socket.io-parser 4. */
const eventPacket = 2;

/**
 * Emits over this very connection, by its direct line if it has one that is clear. With recovery
 * switched on, Socket.IO's own `emit` asks the adapter for whoever goes by the socket's id: while
 * a session is being resumed that can be another connection, and after a resume was refused it is
 * nobody.
 */
export function emitTo(socket: ClientSocket, name: string, ...args: readonly unknown[]): void {
  if (directLineOf(socket)?.sendEvent(name, args)) return;
  sendPacket(socket, { type: eventPacket, data: [name, ...args] });
}
