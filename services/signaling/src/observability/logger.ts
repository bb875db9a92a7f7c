import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

export type { Logger } from 'pino';

/**
 * JSON lines, or lines for people in development. Nothing that a client sent is ever logged but
 * ids: no session descriptions, candidates, names, texts or tokens.
 *
 * - `error`: a bug of ours, or something that an operator has to act on;
 * - `warn`: it works, but not as well as it should;
 * - `info`: what a node does once: start, stop, state lost and found;
 * - `debug`: what happens for every session and refusal.
 */
export async function createLogger(config: Config): Promise<Logger> {
  const options = { level: config.logLevel, base: { node: config.nodeId } };
  if (config.environment === 'production') return pino(options);
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname,node', singleLine: true }));
}
