import type { JsonValue, SignalKind } from '@switchboard/protocol';
import type { DialectName } from './dialect.ts';

/**
 * How dialects wrap the same three things. In canonical signals a description or candidate stands
 * bare, so that a client of any protocol understands it; what the sender's own protocol had around
 * it travels along as `shape`, which RTCPeerConnection passes over, and a receiver of the same
 * dialect gets it back as it was.
 */
export type JsonObject = { [key: string]: JsonValue };

export type NegotiationKind = Extract<SignalKind, 'offer' | 'answer' | 'candidate'>;

type Shape = {
  dialect: DialectName;
  /** The member that held the description or candidate; null where the payload was one itself. */
  key: string | null;
  /** What stood beside it. */
  rest: JsonObject;
  /** The event that it came by, of a dialect that has several for the same. */
  event?: string;
  /** Of what was none: the whole payload is in `rest`. */
  isOther?: true;
};

export interface CanonicalSignal {
  readonly kind: SignalKind;
  readonly data: JsonValue;
}

/** A signal as a dialect has it. */
export interface OwnSignal {
  readonly kind: NegotiationKind;
  readonly payload: JsonObject;
  /** By which event it was sent, in the same dialect, if that was said. */
  readonly event?: string;
}

/**
 * A dialect's payload as a canonical signal. What holds no description or candidate becomes a
 * `custom` one, which only its own dialect can read.
 *
 * @param keys members in which the dialect may have it.
 */
export function toCanonical(
  dialect: DialectName,
  payload: JsonObject,
  { kind, keys, event }: { kind: NegotiationKind; keys: readonly string[]; event?: string },
): CanonicalSignal {
  const by = event === undefined ? {} : { event };
  const fits = kind === 'candidate' ? isCandidate : isDescription;
  for (const key of keys) {
    const { [key]: inner, ...rest } = payload;
    const shape = { dialect, key, rest, ...by } satisfies Shape;
    // An empty candidate is how RTCIceCandidateInit says the end of candidates (RFC 8838, 14).
    if (inner === null && kind === 'candidate') return { kind, data: { candidate: '', shape } };
    if (fits(inner)) return { kind, data: { ...inner, shape } };
  }
  const shape = { dialect, key: null, rest: {}, ...by } satisfies Shape;
  if (fits(payload)) return { kind, data: { ...payload, shape } };
  return { kind: 'custom', data: { shape: { ...shape, rest: payload, isOther: true, kind } } };
}

/** What a canonical signal is in a dialect: as it was there, or else the bare thing under `key`. */
export function fromCanonical(
  dialect: DialectName,
  { kind, data }: CanonicalSignal,
  key: string,
): OwnSignal | null {
  const { shape: found, ...inner } = isObject(data) ? data : { candidate: '' };
  const shape = isObject(found) ? (found as unknown as Shape & { kind?: NegotiationKind }) : null;
  const isOwn = shape?.dialect === dialect;
  if (kind === 'custom') {
    if (!isOwn || !shape.isOther || !shape.kind) return null;
    return { kind: shape.kind, payload: shape.rest, ...eventOf(shape) };
  }
  if (kind === 'ack') return null;
  if (!isOwn) return { kind, payload: { [key]: bare(inner) } };
  if (shape.key === null) return { kind, payload: inner, ...eventOf(shape) };
  const isEnd =
    kind === 'candidate' && inner['candidate'] === '' && Object.keys(inner).length === 1;
  const payload = { ...shape.rest, [shape.key]: isEnd ? null : inner };
  return { kind, payload, ...eventOf(shape) };
}

const eventOf = ({ event }: Shape): { readonly event?: string } =>
  event === undefined ? {} : { event };

/** What browsers write into a description or a candidate, without what protocols add. */
const standard = ['type', 'sdp', 'candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment'];

const bare = (inner: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(inner).filter(([name]) => standard.includes(name)));

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RTCSessionDescriptionInit (W3C WebRTC 1.0, 4.6.2), by what makes it one. */
const isDescription = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && typeof value['sdp'] === 'string';

/** RTCIceCandidateInit (W3C WebRTC 1.0, 4.8.1.1), by what makes it one. */
const isCandidate = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && typeof value['candidate'] === 'string';
