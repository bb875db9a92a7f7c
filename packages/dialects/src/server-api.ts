import type {
  AppointmentId,
  Cursor,
  Grants,
  PeerId,
  Role,
  RoomId,
  RoomPage,
  RoomRecord,
  RoomRequest,
  RoomTotals,
  UserId,
  UserPresence,
} from '@switchboard/protocol';
import type { Caller, JoinPass } from './http.ts';

/** A part of a list that may be too long for one answer. */
export interface PageRequest {
  /** Where the page before ended; null for the first one. */
  readonly cursor: Cursor | null;
  readonly limit: number;
}

/** A session as operators see it. Times are epoch milliseconds. */
export interface ListedSession {
  readonly peerId: PeerId;
  readonly connectedAt: number;
  readonly userId?: UserId;
  readonly address?: string;
  readonly userAgent?: string;
  readonly rooms: readonly RoomId[];
}

export interface SessionPage {
  readonly sessions: readonly ListedSession[];
  /** Of the next page; null with the last one. */
  readonly cursor: Cursor | null;
}

/** What a node says of itself. */
export interface NodeFacts {
  readonly version: string;
  readonly environment: string;
  readonly port: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** In bytes. */
  readonly memory: { readonly used: number; readonly total: number };
}

/** What is said in a token besides what the canonical protocol looks at. */
export type OwnClaims = Readonly<Record<string, string | readonly string[]>>;

/** Somebody who can log in. */
export interface KnownUser {
  readonly username: UserId;
  readonly role: Role;
}

/** The users of one tenant. */
export interface UserApi {
  /** Everybody who can log in. */
  readonly known: readonly KnownUser[];
  /** How users are, in the order of the question. */
  presence(userIds: readonly UserId[]): Promise<readonly UserPresence[]>;
  /** Takes long for whoever guesses. @throws SignalingError `unauthenticated`, `rate_limited` */
  logIn(attempt: {
    readonly username: string;
    readonly password: string;
    readonly address: string;
  }): Promise<KnownUser>;
}

/** The rooms of one tenant, whoever is in them. */
export interface RoomDirectory {
  /** Idempotent for an appointment: it keeps the room that it has. */
  prepare(request: RoomRequest): Promise<RoomRecord>;
  record(roomId: RoomId): Promise<RoomRecord | null>;
  ofAppointment(appointmentId: AppointmentId): Promise<RoomRecord | null>;
  /** Begins a room that waits. */
  start(roomId: RoomId): Promise<void>;
  /** Ends a room for everybody who is in it. */
  end(roomId: RoomId): Promise<void>;
  /** Rooms that somebody is in, or all that there are. */
  list(page: PageRequest & { readonly isEmptyToo?: boolean }): Promise<RoomPage>;
  totals(): Promise<RoomTotals>;
}

/**
 * What a node gives the routes of the older protocols: what servers and operators may do in the
 * canonical one, within the tenant of who asks.
 *
 * Everything rejects with a SignalingError for what the caller is to be told.
 */
export interface ServerApi {
  readonly node: NodeFacts;
  /** Where the links lead that are handed out: an origin, without a slash at its end. */
  readonly clientBaseUrl: string;
  /** Places where an SFU would plug in, by name. */
  readonly sfuNodes: readonly string[];
  readonly rooms: RoomDirectory;
  readonly users: UserApi;
  readonly sessions: {
    list(page: PageRequest): Promise<SessionPage>;
    total(): Promise<number>;
  };
  /**
   * A token, an hour long. Without grants, the rooms that name its user decide what it may do.
   *
   * @throws SignalingError `unavailable` where nothing is configured to sign it with.
   */
  issueToken(claims: {
    readonly userId: UserId;
    readonly role: string;
    readonly own: OwnClaims;
    readonly grants?: Grants;
  }): Promise<{ readonly token: string; readonly expiresInSeconds: number }>;
  /** @throws SignalingError `unauthenticated`, `token_expired` */
  verifyToken(token: string): Promise<{ readonly caller: Caller; readonly pass: JoinPass }>;
}
