import { z } from 'zod';
import { limits } from './limits.ts';

/** What a relayed message is, in the application's words: `hand-raised`. */
export const RelayName = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_.:-]{1,${limits.relayNameLength}}$`),
    `must be 1 to ${limits.relayNameLength} of A-Z a-z 0-9 _ . : -`,
  );
export type RelayName = z.infer<typeof RelayName>;
