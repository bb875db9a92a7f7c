import type { Writable } from 'node:stream';
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config.ts';
import { maskTokens, redactedPaths } from './redaction.ts';

export type { Logger } from 'pino';

/**
 * JSON lines, or lines for people in development. Nothing that a client sent is ever logged but
 * ids: no session descriptions, candidates, names, texts or tokens.
 *
 * - `error`: a bug of ours, or something that an operator has to act on;
 * - `warn`: it works, but not as well as it should;
 * - `info`: what a node does once: start, stop, state lost and found;
 * - `debug`: what happens for every session and refusal.
 *
 * @param destination instead of the standard output.
 */
export async function createLogger(
  config: Pick<Config, 'logLevel' | 'nodeId' | 'environment'>,
  destination?: Writable,
): Promise<Logger> {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: { node: config.nodeId },
    redact: [...redactedPaths],
    hooks: { streamWrite: maskTokens },
  };
  if (config.environment === 'production') {
    return destination ? pino(options, destination) : pino(options);
  }
  const { default: pretty } = await import('pino-pretty');
  const forPeople = { sync: true, ignore: 'pid,hostname,node', singleLine: true };
  return pino(options, pretty({ ...forPeople, ...(destination && { destination }) }));
}
