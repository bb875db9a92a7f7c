/** Text frames of a server, RFC 6455, 5.2: final, without a mask, without extensions. */

const textFrame = 0x81;
const of16Bits = 126;
const of64Bits = 127;

const headerLength = (length: number): number =>
  length < of16Bits ? 2 : length <= 0xffff ? 4 : 10;

/** All texts, each as a frame of its own, one after another in one piece. */
export function encodeFrames(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const total = lengths.reduce((sum, length) => sum + headerLength(length) + length, 0);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const length = lengths[index] as number;
    at = writeHeader(bytes, at, length);
    // As many bytes as characters: all of them are ASCII, and need not be looked at again.
    if (length === text.length) bytes.write(text, at, 'latin1');
    else bytes.write(text, at);
    at += length;
  }
  return bytes;
}

function writeHeader(bytes: Buffer, at: number, length: number): number {
  bytes[at] = textFrame;
  if (length < of16Bits) {
    bytes[at + 1] = length;
  } else if (length <= 0xffff) {
    bytes[at + 1] = of16Bits;
    bytes.writeUInt16BE(length, at + 2);
  } else {
    bytes[at + 1] = of64Bits;
    bytes.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return at + headerLength(length);
}
