import { expect, test } from 'vitest';
import { hashPassword, isPassword, parsePasswordHash, unmatchable } from './password-hash.ts';

test('a password is known by its hash, and no other is', async () => {
  const text = await hashPassword('correct horse');
  expect(text).not.toContain('correct');
  expect(await hashPassword('correct horse')).not.toBe(text);
  const hash = parsePasswordHash(text);
  if (!hash) throw new Error('it could not be read');
  expect(await isPassword('correct horse', hash)).toBe(true);
  expect(await isPassword('correct horses', hash)).toBe(false);
  expect(await isPassword('correct horse', unmatchable())).toBe(false);
});

test.each(['', 'plain', 'scrypt$1$1$1$$', 'scrypt$x$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAA'])(
  '%j is no hash',
  (text) => {
    expect(parsePasswordHash(text)).toBeNull();
  },
);
