/**
 * Every refusal a client can get, in one table; SPEC.md shows the same one, and a test fails
 * when the two differ. A code is never renamed: clients decide by it.
 *
 * This file imports nothing, so that the client SDK can use it without a schema library.
 */
export const errorTable = {
  invalid_argument: {
    retryable: false,
    message: 'The payload does not have the documented shape.',
  },
  payload_too_large: {
    retryable: false,
    message: 'The payload is larger than its limit.',
  },
  unknown_command: {
    retryable: false,
    message: 'There is no command of this name.',
  },
  not_found: {
    retryable: false,
    message: 'There is nothing of this name here.',
  },
  unauthenticated: {
    retryable: false,
    message: 'This takes a valid token.',
  },
  token_expired: {
    retryable: false,
    message: 'The token has expired; another one is needed.',
  },
  forbidden: {
    retryable: false,
    message: 'This principal may not do that.',
  },
  identity_mismatch: {
    retryable: false,
    message: 'The token is of another user.',
  },
  room_not_found: {
    retryable: true,
    message: 'There is no such room, and this principal may not make it.',
  },
  not_in_room: {
    retryable: false,
    message: 'This session is not in that room.',
  },
  room_full: {
    retryable: true,
    message: 'The room has as many participants as it admits.',
  },
  room_ended: {
    retryable: false,
    message: 'The room has ended.',
  },
  too_many_rooms: {
    retryable: false,
    message: 'This session is in as many rooms as it may be.',
  },
  too_many_annotations: {
    retryable: false,
    message: 'The room has as many annotations as it may have.',
  },
  peer_unreachable: {
    retryable: true,
    message: 'The peer is not in that room, or could not be found in time.',
  },
  too_many_watched: {
    retryable: false,
    message: 'This session watches as many users as it may.',
  },
  call_not_found: {
    retryable: false,
    message: 'This user has no such call.',
  },
  call_state: {
    retryable: false,
    message: 'The call is in a state in which that cannot be done.',
  },
  too_many_calls: {
    retryable: true,
    message: 'One of the two users has had too many calls in the last minutes.',
  },
  session_forbidden: {
    retryable: false,
    message: 'The session to be resumed belongs to somebody else.',
  },
  session_replaced: {
    retryable: false,
    message: 'The session has ended or is held by another connection.',
  },
  session_evicted: {
    retryable: false,
    message: 'An operator has ended the session.',
  },
  rate_limited: {
    retryable: true,
    message: 'Too many messages; wait before sending more.',
  },
  too_many_connections: {
    retryable: true,
    message: 'This address has as many connections as it may have.',
  },
  unavailable: {
    retryable: true,
    message: 'The cluster cannot do this just now.',
  },
  internal: {
    retryable: false,
    message: 'Something went wrong on our side.',
  },
} as const satisfies Record<string, { readonly retryable: boolean; readonly message: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What a client is told. `path` leads to the offending field of an `invalid_argument`. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same command may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly path?: readonly (string | number)[];
  /** With `rate_limited`: wait this long before the next message. */
  readonly retryAfterMs?: number;
  /** With `call_state`: the one it is in. */
  readonly state?: string;
}

export interface ErrorDetails {
  /** Replaces the table's sentence where more can be said. */
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly retryAfterMs?: number;
  readonly state?: string;
  readonly cause?: unknown;
}

/** A refusal that a client is told about. Anything else that is thrown is a bug. */
export class SignalingError extends Error {
  override readonly name = 'SignalingError';
  readonly code: ErrorCode;
  readonly path: readonly (string | number)[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly state: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? errorTable[code].message, { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.retryAfterMs = details.retryAfterMs;
    this.state = details.state;
  }

  /** The form that goes over the wire: no cause, no stack. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      retryable: errorTable[this.code].retryable,
      ...(this.path && { path: this.path }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      ...(this.state !== undefined && { state: this.state }),
    };
  }
}
