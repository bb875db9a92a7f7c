import type { Rate } from '@switchboard/core';
import { z } from 'zod';
import { whole, withDefault } from '../environment-values.ts';
import { trustedProxies } from './trusted-proxies.ts';

const count = whole(1, 1_000_000);

const proxyList = z.string().superRefine((value, context) => {
  try {
    trustedProxies(value);
  } catch (error) {
    const message = error instanceof TypeError ? error.message : String(error);
    context.addIssue({ code: 'custom', message });
  }
});

/** The variables that say what one address, or one user, may do to a node. */
export const limitVariables = {
  /** Whose `X-Forwarded-For` is believed. */
  TRUST_PROXY: withDefault(proxyList, 'loopback'),
  MAX_CONNECTIONS_PER_ADDRESS: withDefault(count, 20_000),
  /** As many as an address may hold can begin at once: after an outage all of them come back. */
  CONNECTIONS_PER_SECOND_PER_ADDRESS: withDefault(count, 500),
  COMMANDS_PER_SECOND_PER_ADDRESS: withDefault(count, 50_000),
  REQUESTS_PER_SECOND_PER_ADDRESS: withDefault(count, 1_000),
  COMMANDS_PER_SECOND_PER_USER: withDefault(count, 1_000),
};

type LimitVariables = z.output<z.ZodObject<typeof limitVariables>>;

export interface LimitConfig {
  /** See `trustedProxies`. */
  readonly trustedProxies: string;
  readonly address: {
    readonly connections: number;
    readonly arrivals: Rate;
    readonly messages: Rate;
    /** Over HTTP, apart from handshakes. */
    readonly requests: Rate;
  };
  readonly user: { readonly messages: Rate };
}

export function readLimitConfig(variables: LimitVariables): LimitConfig {
  const connections = variables.MAX_CONNECTIONS_PER_ADDRESS;
  const arrivals = variables.CONNECTIONS_PER_SECOND_PER_ADDRESS;
  return Object.freeze<LimitConfig>({
    trustedProxies: variables.TRUST_PROXY,
    address: {
      connections,
      arrivals: { perSecond: arrivals, burst: Math.max(connections, arrivals) },
      messages: twiceAtOnce(variables.COMMANDS_PER_SECOND_PER_ADDRESS),
      requests: twiceAtOnce(variables.REQUESTS_PER_SECOND_PER_ADDRESS),
    },
    user: { messages: twiceAtOnce(variables.COMMANDS_PER_SECOND_PER_USER) },
  });
}

const twiceAtOnce = (perSecond: number): Rate => ({ perSecond, burst: 2 * perSecond });
