/**
 * Bounds of the protocol. A client may rely on everything up to them being accepted; what an
 * operator may tighten or widen is in the node's configuration instead. SPEC.md lists them.
 */
export const limits = {
  /** UTF-16 code units. */
  peerIdLength: 64,
  /** UTF-16 code units. */
  roomIdLength: 128,
  /** UTF-16 code units. */
  appointmentIdLength: 128,
  /** UTF-16 code units. */
  incarnationLength: 32,
  /** UTF-16 code units. */
  userIdLength: 128,
  /** UTF-16 code units. */
  callIdLength: 64,
  /** UTF-16 code units of a display name. */
  nameLength: 64,
  /** UTF-16 code units of a role. */
  roleLength: 32,
  /** Characters of a token; what is longer is not looked at. */
  tokenLength: 8 * 1024,
  /** Seconds that an issued token is valid unless its issue says otherwise. */
  tokenLifetime: 60 * 60,
  /** Seconds that an issued token can be valid. */
  tokenLifetimeMax: 24 * 60 * 60,
  /** Patterns in the `rooms` of one token. */
  grantedRooms: 100,
  /** Participants of one room, whatever capacity is asked for. */
  roomCapacity: 200,
  /** Smallest capacity that can be asked for. */
  roomCapacityMin: 1,
  /** Users that a room can name as entitled to it. */
  entitledUsers: 50,
  /** Roles in any list of a room. */
  roomRoles: 16,
  /** Approximate size in bytes of what a server keeps with a room, counted as in json.ts. */
  roomDataBytes: 4 * 1024,
  /** How long a room that has ended is kept unless it is said, in ms. */
  roomKeepMs: 24 * 60 * 60_000,
  /** How long it can be kept, in ms. */
  roomKeepMsMax: 30 * 24 * 60 * 60_000,
  /** How long a room that was not prepared is kept when it has been ended, in ms. */
  plainRoomKeepMs: 10 * 60_000,
  /** How long a prepared room that nobody ends is kept, in ms. */
  preparedRoomMs: 366 * 24 * 60 * 60_000,
  /** Entries of one page of a list. */
  pageSize: 100,
  /** UTF-16 code units of where a page begins. */
  cursorLength: 3_072,
  /** Approximate size in bytes of one signal's `data`, counted as in json.ts. */
  signalBytes: 64 * 1024,
  /** Approximate size in bytes of one relayed message's `data`, counted as in json.ts. */
  relayBytes: 64 * 1024,
  /** Characters of the name of a relayed message. */
  relayNameLength: 32,
  /** UTF-16 code units of a chat message's id. */
  messageIdLength: 64,
  /** UTF-16 code units of a chat message. */
  chatTextLength: 4_000,
  /** Chat messages that are kept with a room; the oldest goes first. */
  chatMessages: 100,
  /** UTF-16 code units of an annotation's id. */
  annotationIdLength: 64,
  /** Approximate size in bytes of the payload that puts an annotation, counted as in json.ts. */
  annotationBytes: 4 * 1024,
  /** Annotations that are kept with a room. */
  annotations: 500,
  /** Approximate size in bytes of any other command's payload, counted as in json.ts. */
  commandBytes: 16 * 1024,
  /** Users that one command can begin or cease to watch. */
  watchedAtOnce: 100,
  /** Users that one session can watch. */
  watchedUsers: 1_000,
  /** Milliseconds that a call can ring. */
  ringMin: 5_000,
  ringMax: 120_000,
  /** Unless its caller says otherwise. */
  ring: 45_000,
  /** Approximate size in bytes of what a call carries, counted as in json.ts. */
  callDataBytes: 1_024,
  /** Calls of one user, those of the last ten minutes included. */
  callsPerUser: 500,
  /** Levels of nesting in any payload. */
  jsonDepth: 16,
  /**
   * Bytes of one Socket.IO message. A larger one cannot be acknowledged, because the transport
   * is closed before it has been read; all that fits gets an answer.
   */
  messageBytes: 2 * 1024 * 1024,
} as const;
