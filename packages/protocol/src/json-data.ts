import { z } from 'zod';
import type { JsonValue } from './json.ts';

/**
 * Plain JSON that is opaque to the cluster. Its bounds are checked before any schema is
 * (`findJsonFault`), so nothing is left to check here but that it is there.
 */
export const JsonData = z.custom<JsonValue>((value) => value !== undefined, 'is missing');
