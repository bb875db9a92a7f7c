/** What the log has of an error. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | number;
  readonly cause?: ErrorDescription;
}

/** Causes of causes; nobody reads further. */
const depth = 4;

/**
 * For pino's `serializers`. Pino's own shows every field of an error, and errors of libraries carry
 * what they were about: those of the Redis client its command, with all that was to be written.
 */
export function describeError(error: unknown, levels = depth): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error was thrown' };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    ...{ type: name, message, stack },
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && levels > 1 && { cause: describeError(cause, levels - 1) }),
  };
}
