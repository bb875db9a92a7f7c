import { BlockList, isIP } from 'node:net';

/** Whether what an address says about the one behind it is to be believed. */
export type IsTrusted = (address: string) => boolean;

const named: Readonly<Record<string, readonly string[]>> = {
  none: [],
  loopback: ['127.0.0.0/8', '::1'],
  /** RFC 1918, RFC 3927, RFC 4193 and RFC 4291: whoever is inside the same network. */
  private: [
    ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
    ...['fc00::/7', 'fe80::/10'],
  ],
};

/**
 * Reads a list of addresses, ranges (`10.1.0.0/16`), and the names `loopback`, `private`, `none`.
 *
 * @throws TypeError naming what is none of these.
 */
export function trustedProxies(list: string): IsTrusted {
  const trusted = new BlockList();
  for (const entry of list.split(',').map((each) => each.trim())) {
    for (const range of named[entry] ?? [entry]) addRange(trusted, range);
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
}

function addRange(list: BlockList, range: string): void {
  const [address = '', prefix, ...rest] = range.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : Number(/^\d{1,3}$/.test(prefix) ? prefix : NaN);
  if (isIP(address) === 0 || rest.length > 0 || !(length <= bits)) {
    throw new TypeError(`"${range}" is no address, no range, and none of loopback, private, none`);
  }
  list.addSubnet(address, length, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
