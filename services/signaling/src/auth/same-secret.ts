import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that says nothing about where the two differ, nor about their lengths. */
export const isSameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
