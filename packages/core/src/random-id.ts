import { randomBytes } from 'node:crypto';

/** 72 random bits in 12 URL-safe characters: enough that no two of a cluster's life are equal. */
export const randomId = (): string => randomBytes(9).toString('base64url');
