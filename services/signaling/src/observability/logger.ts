import type { Writable } from 'node:stream';
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config.ts';
import { describeError } from './describe-error.ts';
import { maskTokens, redactedPaths } from './redaction.ts';

export type { Logger } from 'pino';

/**
 * JSON lines, or lines for people in development. Nothing that a client sent is ever logged but
 * ids: no session descriptions, candidates, names, texts or tokens. What belongs to which level is
 * written in deploy/RUNBOOK.md.
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
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: { streamWrite: maskTokens },
  };
  if (config.environment === 'production') {
    return destination ? pino(options, destination) : pino(options);
  }
  const { default: pretty } = await import('pino-pretty');
  const forPeople = { sync: true, ignore: 'pid,hostname,node', singleLine: true };
  return pino(options, pretty({ ...forPeople, ...(destination && { destination }) }));
}
