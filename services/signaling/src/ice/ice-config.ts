import { z } from 'zod';
import { ConfigError, optional } from '../environment-values.ts';

const turnSecretLength = 16;

/** A host name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const place = '(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?';
/** RFC 7064, section 3.1. */
const stunUrl = new RegExp(`^stuns?:${place}$`);
/** RFC 7065, section 3.1. */
const turnUrl = new RegExp(`^turns?:${place}(?:\\?transport=(?:udp|tcp))?$`);

const urlList = (pattern: RegExp, form: string) =>
  z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .pipe(z.array(z.string().regex(pattern, `must be ${form}, separated by commas`)));

/** The variables that say by which servers media find their way. */
export const iceVariables = {
  STUN_URLS: optional(urlList(stunUrl, 'stun:host[:port] or stuns:host[:port]')),
  TURN_URLS: optional(
    urlList(turnUrl, 'turn:host[:port][?transport=udp|tcp], or the same with turns:'),
  ),
  /** What the TURN servers know as well: coturn's `static-auth-secret`. */
  TURN_SECRET: optional(z.string().min(turnSecretLength)),
};

type IceVariables = z.output<z.ZodObject<typeof iceVariables>>;

export interface IceConfig {
  readonly stunUrls: readonly string[];
  readonly turn: { readonly urls: readonly string[]; readonly secret: string } | null;
}

/** @throws ConfigError where there are TURN servers that nobody could use. */
export function readIceConfig({ STUN_URLS, TURN_URLS, TURN_SECRET }: IceVariables): IceConfig {
  if (TURN_URLS && !TURN_SECRET) {
    throw new ConfigError('TURN_SECRET: TURN_URLS takes it, to make credentials with');
  }
  const turn = TURN_URLS && TURN_SECRET ? { urls: TURN_URLS, secret: TURN_SECRET } : null;
  return Object.freeze<IceConfig>({ stunUrls: STUN_URLS ?? [], turn });
}
