/** As much of Socket.IO's client as the pages of older protocols use; the node serves it. */
export interface ServedSocket {
  readonly connected: boolean;
  readonly recovered: boolean;
  on(event: string, take: (payload: never) => void): void;
  once(event: string, take: (payload: never) => void): void;
  off(event: string, take: (payload: never) => void): void;
  onAny(take: (event: string, ...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  disconnect(): void;
}

interface ServedSocketOptions {
  readonly auth?: { readonly token: string };
  /** A connection of its own, with nothing of one before. */
  readonly forceNew?: boolean;
}

declare const io: (namespace: string, options?: ServedSocketOptions) => ServedSocket;

export const openSocket = (namespace: string, options?: ServedSocketOptions): ServedSocket =>
  io(namespace, options);
