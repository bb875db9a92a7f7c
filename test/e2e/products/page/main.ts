import type { DialectName } from '@switchboard/dialects';
import type { io as Io, Socket } from 'socket.io-client';
import { Call } from './call.ts';
import { carepulse } from './carepulse.ts';
import { healthconnect } from './healthconnect.ts';
import type { Product, Seat } from './product.ts';
import { remoteAssist } from './remote-assist.ts';
import { roomServer } from './room-server.ts';
import { videoCall } from './video-call.ts';

declare const io: typeof Io;

const products: Readonly<Record<DialectName, Product>> = {
  healthconnect,
  'room-server': roomServer,
  'video-call': videoCall,
  'remote-assist': remoteAssist,
  carepulse,
};

export interface PageOptions extends Seat {
  readonly dialect: DialectName;
}

/** A page of one of the products, for the test to hold. */
export class OpenPage {
  readonly #options: PageOptions;
  /** What has gone wrong in the page, or was answered with an error. */
  readonly faults: string[] = [];
  #socket: Socket | undefined;
  #call: Call | undefined;
  #leave: (() => void) | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
  }

  /** @returns the node that the balancer has chosen; anew each time. */
  connect(): Promise<string> {
    this.#socket?.disconnect();
    const { url, dialect } = this.#options;
    const socket = io(`${url}/${dialect}`, { forceNew: true });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket.io.engine.id?.split('.')[0] ?? ''));
      socket.once('connect_error', reject);
    });
  }

  join(): void {
    const { dialect, ...seat } = this.#options;
    if (!this.#socket) throw new Error('the page is not connected');
    this.#socket.on('error', ({ message }) => this.faults.push(message));
    this.#call = new Call((fault) => this.faults.push(String(fault)));
    this.#leave = products[dialect](seat, this.#call, this.#socket);
  }

  leave(): void {
    this.#leave?.();
  }

  /** Pictures of the other side that this browser has decoded and shows. */
  async framesDecoded(): Promise<number> {
    const stats = [...((await this.#call?.connection.getStats())?.values() ?? [])];
    const { framesDecoded = 0 } =
      stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video') ?? {};
    const isShown = (document.querySelector<HTMLVideoElement>('#other')?.videoWidth ?? 0) > 0;
    return isShown ? framesDecoded : 0;
  }
}

declare global {
  interface Window {
    openPage(options: PageOptions): OpenPage;
    opened: OpenPage;
  }
}

window.openPage = (options) => {
  window.opened = new OpenPage(options);
  return window.opened;
};
