import { type ErrorBody, type ErrorCode, SignalingError } from '@switchboard/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** What an error of the canonical protocol is in HTTP (RFC 9110, section 15; RFC 6585 for 429). */
export const statusByCode: { readonly [K in ErrorCode]: number } = {
  invalid_argument: 400,
  payload_too_large: 413,
  unknown_command: 404,
  not_found: 404,
  unauthenticated: 401,
  token_expired: 401,
  forbidden: 403,
  identity_mismatch: 403,
  room_not_found: 404,
  not_in_room: 409,
  room_full: 409,
  room_ended: 410,
  too_many_rooms: 409,
  too_many_annotations: 409,
  peer_unreachable: 409,
  too_many_watched: 409,
  call_not_found: 404,
  call_state: 409,
  too_many_calls: 409,
  session_forbidden: 403,
  session_replaced: 409,
  session_evicted: 409,
  rate_limited: 429,
  too_many_connections: 429,
  unavailable: 503,
  internal: 500,
};

/** The body of every answer under `/v1` that is not a success. */
export interface HttpErrorBody {
  readonly error: ErrorBody;
}

/** Whatever a handler throws ends here, as an answer. */
export function answerError(
  error: FastifyError | SignalingError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = asRefusal(error, request);
  const body: HttpErrorBody = { error: refusal.toBody() };
  return sendRefusal(reply, refusal, body);
}

/** An answer that says when to ask again where that is known (RFC 9110, 10.2.3), in seconds. */
export function sendRefusal(
  reply: FastifyReply,
  { code, retryAfterMs }: SignalingError,
  body: unknown,
): FastifyReply {
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  return reply.status(statusByCode[code]).send(body);
}

/** What the client is told of something that was thrown. */
export function asRefusal(
  error: FastifyError | SignalingError,
  request: FastifyRequest,
): SignalingError {
  const refusal = error instanceof SignalingError ? error : refusalOf(error);
  // The request itself is not logged: its URL and its headers can carry secrets.
  if (refusal.code === 'internal') request.log.error({ err: error }, 'a request failed');
  return refusal;
}

/** What Fastify itself refuses, before a handler sees it: a body too large, or no JSON. */
function refusalOf({ statusCode = 500, message }: FastifyError): SignalingError {
  if (statusCode === 413) return new SignalingError('payload_too_large');
  if (statusCode < 500) return new SignalingError('invalid_argument', { message });
  return new SignalingError('internal');
}
