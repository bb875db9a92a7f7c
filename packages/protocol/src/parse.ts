import type { z } from 'zod';
import { type CommandInput, type CommandName, commands } from './commands.ts';
import { SignalingError } from './errors.ts';
import { findJsonFault, type JsonFault } from './json.ts';
import { limits } from './limits.ts';

/** Commands whose payloads may be larger, or have to be smaller, than others'. */
const payloadBytes: { readonly [K in CommandName]?: number } = {
  signal: limits.signalBytes,
  'room:relay': limits.relayBytes,
  'annotation:put': limits.annotationBytes,
};

/**
 * Parses a command once, at the edge; behind it nothing is checked again.
 *
 * @throws SignalingError `invalid_argument` with the path of the first offending field, or
 * `payload_too_large`.
 */
export function parseCommand<K extends CommandName>(name: K, payload: unknown): CommandInput<K> {
  const fault = findJsonFault(payload, {
    bytes: payloadBytes[name] ?? limits.commandBytes,
    depth: limits.jsonDepth,
  });
  if (fault) throw fromFault(fault);
  return parseInput(commands[name].input, payload) as CommandInput<K>;
}

/**
 * Parses what is known to be JSON of a bounded size.
 *
 * @throws SignalingError `invalid_argument` with the path of the first offending field.
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw fromIssue(parsed.error.issues[0]);
  return parsed.data;
}

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name);

const faultMessages: Record<JsonFault['kind'], string> = {
  too_large: 'is too large',
  too_deep: `is nested deeper than ${limits.jsonDepth} levels`,
  not_json: 'is not plain JSON',
  forbidden_key: 'has a name that is not allowed',
};

function fromFault({ kind, path }: JsonFault): SignalingError {
  return new SignalingError(kind === 'too_large' ? 'payload_too_large' : 'invalid_argument', {
    message: `${describe(path)} ${faultMessages[kind]}.`,
    path,
  });
}

function fromIssue(issue: z.core.$ZodIssue | undefined): SignalingError {
  if (!issue) return new SignalingError('invalid_argument');
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  // An unknown key is reported on the object that has it; a client wants to know which key.
  if (issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined) path.push(issue.keys[0]);
  return new SignalingError('invalid_argument', {
    message: `${describe(path)}: ${issue.message}.`,
    path,
  });
}

/** Keys come from the client and go back to the client only, cut to a decent length. */
const describe = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'The payload' : `"${path.join('.').slice(0, 128)}"`;
