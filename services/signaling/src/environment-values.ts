import { z } from 'zod';

/** What the schemas of the environment are made of. */

/** What is wrong with the environment, a line for each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A variable that is set to nothing counts as not set, as shells and charts leave it. */
const unset = (value: unknown) => (value === '' ? undefined : value);

export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(unset, schema.optional());

export const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => unset(given) ?? value, schema);

/** A whole number in digits. What JavaScript takes for one besides, such as ` ` and `1e3`, is not. */
export const whole = (least: number, most: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given),
    z.int().min(least).max(most),
  );
