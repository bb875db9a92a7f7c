/** Asks V8 in another process, by the DevTools protocol; the process runs with `--inspect=0`. */

/** `Debugger listening on ws://127.0.0.1:PORT/ID`, as Node says when it starts. */
const listening = /Debugger listening on (ws:\/\/\S+)/;

interface Answer {
  readonly id: number;
  readonly result: { readonly usedSize: number; readonly backingStorageSize?: number };
}

/**
 * Bytes in use after a full collection of garbage, objects and buffers: what a process would hold
 * for ever.
 *
 * @param logs what the process has written so far.
 */
export async function heldBytes(logs: string): Promise<number> {
  const url = listening.exec(logs)?.[1];
  if (!url) throw new Error('the process cannot be inspected');
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const ask = (id: number, method: string) =>
    new Promise<Answer>((resolve) => {
      socket.onmessage = ({ data }) => {
        const answer: Answer = JSON.parse(String(data));
        if (answer.id === id) resolve(answer);
      };
      socket.send(JSON.stringify({ id, method }));
    });
  try {
    await ask(1, 'HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = (await ask(2, 'Runtime.getHeapUsage')).result;
    return usedSize + backingStorageSize;
  } finally {
    socket.close();
  }
}
