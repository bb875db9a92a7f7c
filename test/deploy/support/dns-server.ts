import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A DNS server that knows one name, whose addresses change. */
export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** From now on the name has these addresses (IPv4). */
  answer(addresses: readonly string[]): void;
}

/** Type A and class IN (RFC 1035, 3.2). */
const typeA = 1;
const headerBytes = 12;

/** Starts a DNS server (RFC 1035, UDP) on 127.0.0.1. It takes every question for the one it can answer. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  let addresses: readonly string[] = [];
  socket.on('message', (query, { address, port }) => {
    socket.send(answerTo(query, addresses), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    answer: (now) => {
      addresses = now;
    },
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const endOfName = query.indexOf(0, headerBytes) + 1;
  const question = query.subarray(headerBytes, endOfName + 4);
  const isKnown = query.readUInt16BE(endOfName) === typeA;
  const records = isKnown ? addresses.map(recordOf) : [];
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  // An answer, recursion available, no error; one question.
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** The name by reference to the question, type A, class IN, one second, four bytes. */
const recordOf = (address: string): Buffer =>
  Buffer.from([
    0xc0,
    headerBytes,
    0,
    typeA,
    0,
    1,
    0,
    0,
    0,
    1,
    0,
    4,
    ...address.split('.').map(Number),
  ]);
