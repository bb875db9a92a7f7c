import type { Readable } from 'node:stream';

/** Characters kept of one process; what came first is forgotten first. */
const KEPT_CHARACTERS = 1_048_576;

type Stream = 'stdout' | 'stderr';

/** The last megabyte that a process wrote, in the order in which it arrived. */
export class OutputTail {
  #chunks: { readonly stream: Stream; readonly text: string }[] = [];
  #length = 0;

  /** Reads the stream to its end. Must be called before the stream's first data is due. */
  collect(stream: Stream, source: Readable): void {
    source.setEncoding('utf8');
    source.on('data', (text: string) => this.#append(stream, text));
  }

  /** Everything kept, or what came over one of the two streams. */
  text(stream?: Stream): string {
    return this.#chunks
      .filter((chunk) => stream === undefined || chunk.stream === stream)
      .map((chunk) => chunk.text)
      .join('');
  }

  #append(stream: Stream, text: string): void {
    this.#chunks.push({ stream, text });
    this.#length += text.length;
    while (this.#length > KEPT_CHARACTERS && this.#chunks.length > 1) {
      this.#length -= this.#chunks.shift()?.text.length ?? 0;
    }
  }
}
