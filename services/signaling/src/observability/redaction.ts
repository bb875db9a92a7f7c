/**
 * What keeps secrets and health data out of the log, should somebody log an object that has them
 * in it. Nobody is to: this is the net, not the rule.
 */

/** Names of fields that are never to be seen, wherever in an object they are. */
const secretNames = [
  'token',
  'authorization',
  'cookie',
  'password',
  'secret',
  'jwtSecret',
  'credential',
  'internalSecret',
  'x-internal-secret',
  'pid',
  'sdp',
  'candidate',
  'displayName',
];
/** So many levels down. */
const levels = 4;

const bracketed = secretNames.map((name) => `["${name}"]`);

/** For pino's `redact`. */
export const redactedPaths: readonly string[] = Array.from({ length: levels }, (_, level) =>
  bracketed.map((name) => (level === 0 ? name : `${Array(level).fill('*').join('.')}${name}`)),
).flat();

/** A token in the middle of a text, such as an error message or a URL. */
const tokenInText = /eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?|(?<=[?&]token=)[^&"'\s\\]+/g;

export const maskTokens = (line: string): string => line.replace(tokenInText, '[token]');
