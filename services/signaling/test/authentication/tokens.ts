import { SignJWT } from 'jose';

/** What the nodes of these tests are told. */
export const jwtSecret = 'a secret of the nodes, of more than 32 bytes';
export const internalSecret = 'a secret of the application, of as many';

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

/** Joins and makes any room. */
export const anyRoom = { rooms: ['*'], create: true };

/** A token of a user; it expires in an hour, unless the claims say otherwise. */
export const tokenOf = (
  sub: string,
  claims: Record<string, unknown> = { grants: anyRoom },
  secret = jwtSecret,
): Promise<string> =>
  new SignJWT({ sub, exp: inSeconds(3_600), ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
