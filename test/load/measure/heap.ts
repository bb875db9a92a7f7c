import { once } from 'node:events';

/** Asks V8 in another process, by the DevTools protocol; the process runs with `--inspect=0`. */

/** `Debugger listening on ws://127.0.0.1:PORT/ID`, as Node says when it starts. */
const listening = /Debugger listening on (ws:\/\/\S+)/;
/** Bytes between two allocations that are looked at. */
const samplingInterval = 1_024;

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

interface SamplingProfile {
  readonly profile: { readonly samples: readonly { readonly size: number }[] };
}

/** A connection to the inspector of a process. */
class Inspector implements Disposable {
  readonly #socket: WebSocket;
  #asked = 0;

  /** @param logs what the process has written so far. */
  static async open(logs: string): Promise<Inspector> {
    const url = listening.exec(logs)?.[1];
    if (!url) throw new Error('the process cannot be inspected');
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  async ask<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<T>();
    const take = ({ data }: MessageEvent) => {
      const answer: { readonly id?: number; readonly result: T } = JSON.parse(String(data));
      if (answer.id === id) resolve(answer.result);
    };
    this.#socket.addEventListener('message', take);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise.finally(() => this.#socket.removeEventListener('message', take));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/**
 * Bytes in use after a full collection of garbage, objects and buffers: what a process would hold
 * for ever.
 */
export async function heldBytes(logs: string): Promise<number> {
  using inspector = await Inspector.open(logs);
  await inspector.ask('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } =
    await inspector.ask<HeapUsage>('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

/** Bytes of V8's heap that a process allocates while something is done, garbage included. */
export async function bytesAllocatedBy(logs: string, work: () => Promise<unknown>) {
  using inspector = await Inspector.open(logs);
  await inspector.ask('HeapProfiler.startSampling', {
    samplingInterval,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await inspector.ask<SamplingProfile>('HeapProfiler.stopSampling');
  return profile.samples.reduce((sum, { size }) => sum + size, 0);
}
