import { type ErrorBody, type ErrorCode, errorTable } from '@switchboard/protocol/errors';

/**
 * What can go wrong on the client's side, beside the refusals of the cluster. No code is in both
 * tables, so that a `switch` over `error.code` is never in doubt.
 */
export const clientErrorTable = {
  not_connected: {
    retryable: true,
    message: 'There is no connection to the cluster just now; nothing was sent.',
  },
  interrupted: {
    retryable: true,
    message: 'The connection was lost before the answer came; the command may have run.',
  },
  timeout: {
    retryable: true,
    message: 'The answer did not come in time; the command may have run.',
  },
  unreachable: {
    retryable: true,
    message: 'The cluster could not be reached.',
  },
  refused: {
    retryable: false,
    message: 'The cluster does not take this client.',
  },
  closed: {
    retryable: false,
    message: 'This client has been closed, or has left that room.',
  },
  queue_full: {
    retryable: true,
    message: 'Too many signals to that peer wait to be acknowledged.',
  },
  peer_gone: {
    retryable: false,
    message:
      'The peer has left, or has begun anew; what was not acknowledged may not have arrived.',
  },
  unsupported: {
    retryable: false,
    message: 'There is no WebRTC here.',
  },
} as const satisfies Record<string, { readonly retryable: boolean; readonly message: string }>;

export type ClientErrorCode = keyof typeof clientErrorTable;

interface ErrorFields {
  readonly code: ErrorCode | ClientErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly path?: readonly (string | number)[];
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The only error that this SDK throws on purpose; anything else is a bug. Decide by `code`. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError';
  readonly code: ErrorCode | ClientErrorCode;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  /** With `invalid_argument`: leads to the offending field. */
  readonly path: readonly (string | number)[] | undefined;
  /** With `rate_limited`: wait this long before the next message. */
  readonly retryAfterMs: number | undefined;

  private constructor(fields: ErrorFields) {
    super(fields.message, { cause: fields.cause });
    this.code = fields.code;
    this.retryable = fields.retryable;
    this.path = fields.path;
    this.retryAfterMs = fields.retryAfterMs;
  }

  /** A refusal of the cluster. */
  static refusal(body: ErrorBody): SwitchboardError {
    return new SwitchboardError(body);
  }

  /** Something on this side. `message` replaces the table's sentence where more can be said. */
  static local(
    code: ClientErrorCode,
    details: { readonly message?: string; readonly cause?: unknown } = {},
  ): SwitchboardError {
    return new SwitchboardError({ code, ...clientErrorTable[code], ...details });
  }
}

/**
 * Reads what a refused handshake carries.
 *
 * @returns null when the refusal is not the cluster's own: a proxy's, or another server's.
 */
export function errorBodyOf(value: unknown): ErrorBody | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('code' in value && 'message' in value && 'retryable' in value)) return null;
  const { code, message, retryable } = value;
  if (!isErrorCode(code) || typeof message !== 'string' || typeof retryable !== 'boolean') {
    return null;
  }
  return { code, message, retryable };
}

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorTable, code);
