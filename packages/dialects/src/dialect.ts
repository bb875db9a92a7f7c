import type {
  CommandName,
  CommandPayload,
  CommandResult,
  EventName,
  EventPayload,
  FirstOffer,
  Participant,
  PeerId,
  Role,
  RoomId,
  SignalingError,
  UserId,
} from '@switchboard/protocol';
import type { Abilities } from './abilities.ts';
import type { HealthState } from './health.ts';
import type { Route } from './http.ts';
import type { KnownUser, RoomDirectory } from './server-api.ts';

export const dialectNames = [
  'healthconnect',
  'room-server',
  'video-call',
  'remote-assist',
  'carepulse',
] as const;
export type DialectName = (typeof dialectNames)[number];

/** Who a client is, as far as its token or its own word says. */
export interface ClientIdentity {
  readonly userId: UserId | null;
  readonly name: string | null;
  readonly role: Role | null;
  /** Whether a token has said so. */
  readonly isVouched: boolean;
}

/** What a node gives a codec to speak with: the canonical protocol, and the client's socket. */
export interface ClientPort {
  readonly peerId: PeerId;
  /** Rooms as servers see them: for what has to be known before a command, or is no client's. */
  readonly directory: RoomDirectory;
  /** Everybody who can log in. */
  readonly users: readonly KnownUser[];
  identity(): ClientIdentity;
  /**
   * Has a canonical command carried out for this client.
   *
   * @param onResult is called with the result before anything else is told to this client.
   * @throws SignalingError at once, or as a rejection.
   */
  execute<K extends CommandName>(
    name: K,
    payload: CommandPayload<K>,
    onResult?: (result: CommandResult<K>) => void,
  ): void | Promise<void>;
}

/** The node's own side of a port, which codecs have no use for. */
export interface TranslatorPort extends ClientPort {
  /**
   * Emits to the client.
   *
   * @param note for the client to bring along when it comes back, until it is given another one.
   */
  emit(event: string, args: readonly unknown[], note?: string): void;
  /** The client has been told so. An `internal` error is a bug of ours, and has a cause. */
  onRefused(event: string, error: SignalingError): void;
}

/**
 * What a codec's functions get: the way to both sides, and the rooms as the client knows them. There
 * is nothing else to remember things in, because it would be lost with the node.
 */
export interface Link extends ClientPort {
  emit(event: string, ...args: readonly unknown[]): void;
  /** Rooms that the client is in, as it has been told of them. */
  readonly rooms: ReadonlyMap<RoomId, ReadonlyMap<PeerId, Participant>>;
}

/**
 * Takes one event of a client. Events of one client are taken one after the other: the next one
 * waits for a promise.
 *
 * @param args as they came, known to be JSON of a bounded size.
 */
export type Decode = (link: Link, args: readonly unknown[]) => void | Promise<void>;

/**
 * Says one canonical event in the dialect's own words. A promise is of what follows from it for
 * others: nothing waits for it, and should it fail, the client is not told.
 */
export type Encode<K extends EventName> = (
  link: Link,
  payload: EventPayload<K>,
) => void | Promise<void>;

/**
 * An older protocol: a client of the canonical one, inside the node, for each of its own clients.
 * It has no rules of its own, and no state.
 *
 * The translator (translator.ts) keeps `link.rooms` and turns a `room:state` into what it means:
 * somebody who has joined, left, or changed. When somebody leaves, they are still listed.
 */
export interface Dialect extends Abilities {
  readonly name: DialectName;
  /** How long a client may be without a connection before its session ends. */
  readonly graceMs: number;
  /** Which of two of its clients makes the first offer. */
  readonly firstOffer: FirstOffer;
  /** How its `/health` says that all is well. */
  readonly healthy: string;
  /** What is done for every new connection, before its first event is taken. */
  begin?(link: Link): Promise<void>;
  /** By the name of the event that its clients send. */
  readonly decode: Readonly<Record<string, Decode>>;
  readonly encode: { readonly [K in EventName]?: Encode<K> };
  /** How it tells a client that something was refused. */
  refuse(link: Link, refused: { event: string; error: SignalingError }): void;
  readonly routes: readonly Route[];
  /** What it adds to `/health`, besides `status`. */
  health?(state: HealthState): Readonly<Record<string, unknown>>;
  /** The body of an answer over HTTP that says that something was refused. */
  refusal(error: SignalingError): unknown;
}
