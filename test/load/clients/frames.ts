/** Text frames of a WebSocket (RFC 6455, 5.2), as cheaply as a load generator needs them. */

const textFrame = 0x81;
const shortest = 126;
const maskLength = 4;
/** Any mask but zero: a server could skip its work for that one. */
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A whole text frame of a client, to be sent as often as wanted. */
export interface Frame {
  readonly bytes: Buffer;
  /** Where the text begins, masked. */
  readonly textAt: number;
}

export function encodeFrame(text: string): Frame {
  const payload = Buffer.from(text);
  const header = headerOf(payload.length);
  for (let index = 0; index < payload.length; index++) {
    payload[index] = maskedByte(payload[index] as number, index);
  }
  return {
    bytes: Buffer.concat([header, mask, payload]),
    textAt: header.length + maskLength,
  };
}

/** A byte of the text, at its place in the text, as the frame has it. */
export const maskedByte = (byte: number, index: number): number =>
  byte ^ (mask[index % maskLength] as number);

function headerOf(length: number): Buffer {
  if (length < shortest) return Buffer.from([textFrame, 0x80 | length]);
  if (length > 0xffff) throw new RangeError('the generator sends no frames this long');
  return Buffer.from([textFrame, 0x80 | shortest, length >> 8, length & 0xff]);
}

/**
 * Finds the frames in what a server sends. Frames of a server are not masked; what is none of
 * text or pong, such as a close, is passed over.
 */
export class FrameReader {
  #rest: Buffer | null = null;
  readonly #onText: (text: Buffer) => void;

  constructor(onText: (text: Buffer) => void) {
    this.#onText = onText;
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (!frame) break;
      if (bytes[at] === textFrame) this.#onText(bytes.subarray(frame.from, frame.to));
      at = frame.to;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : null;
  }
}

function frameAt(bytes: Buffer, at: number): { from: number; to: number } | null {
  if (bytes.length < at + 2) return null;
  const short = (bytes[at + 1] as number) & 0x7f;
  const lengthBytes = short < shortest ? 0 : short === shortest ? 2 : 8;
  const from = at + 2 + lengthBytes;
  if (bytes.length < from) return null;
  const length =
    lengthBytes === 0
      ? short
      : bytes.readUIntBE(from - Math.min(lengthBytes, 6), Math.min(lengthBytes, 6));
  return bytes.length < from + length ? null : { from, to: from + length };
}
