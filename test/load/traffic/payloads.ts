/** What calls send: nine candidates of 250 bytes to each description of 4 KB. */

const sequenceDigits = 8;
const marker = 'seq=';
/** Stands in every payload, and is written over for every signal. */
export const sequencePlace = marker + '0'.repeat(sequenceDigits);

const padded = (make: (padding: string) => unknown, bytes: number): unknown =>
  make('x'.repeat(bytes - JSON.stringify(make('')).length));

export const candidate = padded(
  (padding) => ({
    candidate: `candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 192.0.2.17 rport 46154 generation 0 ${sequencePlace} ${padding}`,
    sdpMid: '0',
    sdpMLineIndex: 0,
    usernameFragment: 'EEtu',
  }),
  250,
);

const line = 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n';

export const description = padded(
  (padding) => ({
    type: 'offer',
    sdp: `v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=${sequencePlace}\r\n${line.repeat(52)}a=${padding}\r\n`,
  }),
  4_096,
);

/** Writes a number into the place for it. @param at of the place in the text. */
export function writeSequence(number: number, at: number, put: (byte: number, at: number) => void) {
  let rest = number;
  for (let index = at + sequencePlace.length - 1; index >= at + marker.length; index--) {
    put(48 + (rest % 10), index);
    rest = Math.floor(rest / 10);
  }
}

/** The number that a signal carries; -1 if it carries none. */
export function readSequence(text: Buffer): number {
  const at = text.indexOf(marker);
  if (at < 0) return -1;
  let number = 0;
  for (let index = at + marker.length; index < at + sequencePlace.length; index++) {
    number = number * 10 + (text[index] as number) - 48;
  }
  return number;
}
