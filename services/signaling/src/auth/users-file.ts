import { readFileSync } from 'node:fs';
import { Role, UserId } from '@switchboard/protocol';
import { z } from 'zod';
import { ConfigError } from '../environment-values.ts';
import { parsePasswordHash } from './password-hash.ts';

const Password = z.string().transform((text, context) => {
  const hash = parsePasswordHash(text);
  if (hash) return hash;
  context.addIssue({ code: 'custom', message: 'must be scrypt$N$r$p$salt$key' });
  return z.NEVER;
});

/** One who can log in, as `hash-password.ts` writes it. */
const UserEntry = z.strictObject({ username: UserId, role: Role, password: Password });
export type UserEntry = z.output<typeof UserEntry>;

const UserEntries = z
  .array(UserEntry)
  .refine((users) => new Set(users.map(({ username }) => username)).size === users.length, {
    error: 'must name every user once',
  });

/** Users of the README that everybody knows the passwords of, for development only. */
const demoUsers = new URL('./demo-users.json', import.meta.url);

/**
 * Who can log in.
 *
 * @param path of the file; null for the demo users in development, and for nobody elsewhere.
 * @throws ConfigError which repeats nothing of the file.
 */
export function readUsers(
  path: string | null,
  { isDevelopment }: { isDevelopment: boolean },
): readonly UserEntry[] {
  if (path === null && !isDevelopment) return [];
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path ?? demoUsers, 'utf8'));
  } catch {
    throw new ConfigError('USERS_FILE: must be a file that can be read, of JSON');
  }
  const parsed = UserEntries.safeParse(content);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path: at, message }) => `USERS_FILE: [${at.join('.')}] ${message}`,
  );
  throw new ConfigError(lines.join('\n'));
}
