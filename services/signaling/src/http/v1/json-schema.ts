import { z } from 'zod';

/**
 * A schema as JSON Schema (draft 2020-12). What only code can check, such as the data of a signal,
 * is anything there.
 *
 * @param io whether as it is sent, with defaults left out, or as it is received.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
