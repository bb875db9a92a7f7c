import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** What a password is kept as: what it takes to compute it again, and the result. */
export interface PasswordHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** As strong as the OWASP cheat sheet on password storage demands, in 32 MiB. */
const strength = { cost: 2 ** 15, blockSize: 8, parallelization: 3 } as const;
const keyLength = 32;

const form = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,64})\$([\w-]{32,128})$/;

/** `scrypt$N$r$p$salt$key`, the last two in base64url. @returns null for anything else. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const [, cost, blockSize, parallelization, salt = '', key = ''] = form.exec(text) ?? [];
  if (cost === undefined) return null;
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, { ...strength, salt, key: Buffer.alloc(keyLength) });
  const { cost, blockSize, parallelization } = strength;
  const encoded = [salt, key].map((bytes) => bytes.toString('base64url'));
  return ['scrypt', cost, blockSize, parallelization, ...encoded].join('$');
}

/** No password has it; what it takes to find that out is what it takes for any other. */
export const unmatchable = (): PasswordHash => ({
  ...strength,
  salt: randomBytes(16),
  key: randomBytes(keyLength),
});

/** Takes as long for a wrong password as for the right one. */
export const isPassword = async (password: string, hash: PasswordHash): Promise<boolean> =>
  timingSafeEqual(await derive(password, hash), hash.key);

function derive(password: string, hash: PasswordHash): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt, key } = hash;
  const maxmem = 256 * cost * blockSize;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password.normalize('NFC'), salt, key.length, options, (error, derived) => {
    if (error) reject(error);
    else resolve(derived);
  });
  return promise;
}
