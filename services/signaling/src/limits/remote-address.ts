import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { IsTrusted } from './trusted-proxies.ts';

/** The part of a request that says where it comes from. */
export type Incoming = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Where a request comes from: its connection's other end, or, as long as that is to be believed,
 * the one that it names in `X-Forwarded-For`. Each load balancer adds to the end of that header, so
 * it is read from there: what a client has written into it itself is never reached.
 */
export function remoteAddressOf({ headers, socket }: Incoming, isTrusted: IsTrusted): string {
  let address = plain(socket.remoteAddress ?? '');
  const header = headers['x-forwarded-for'];
  if (header === undefined) return address;
  for (const hop of `${header}`.split(',').reverse()) {
    const next = plain(hop.trim());
    if (!isTrusted(address) || isIP(next) === 0) break;
    address = next;
  }
  return address;
}

/**
 * For whom limits count: an IPv4 address, or the 64 bits of an IPv6 address that one customer is
 * given at least (RFC 6177), who can use all the addresses in them.
 */
export function partyOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array<number>(Math.max(8 - before.length - after.length, 0)).fill(0);
  const network = [...before, ...zeros, ...after].slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

const groupsOf = (part: string): number[] =>
  part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));

/** An IPv4 address that came over an IPv6 socket is one (RFC 4291, 2.5.5.2). */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
