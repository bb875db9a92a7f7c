import { z } from 'zod';

/**
 * Delivery from end to end, between clients that both do it: the cluster passes these fields on
 * and remembers nothing. SPEC 8.
 */

/** Random per page load. A client that has one numbers and acknowledges its signals. */
export const Instance = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -');

/** Where a signal stands in the stream between two instances. */
export const Delivery = z.strictObject({
  /** The instance that sends. */
  from: Instance,
  /** The instance that this is meant for; another one at the same session is not to use it. */
  to: Instance,
  /** Number of this signal in its stream, from 1. Absent of a bare acknowledgement. */
  number: z.int().min(1).optional(),
  /** Of the stream the other way: everything up to this number has arrived. */
  ack: z.int().min(0).optional(),
});
export type Delivery = z.infer<typeof Delivery>;
