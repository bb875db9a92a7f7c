/** TypeScript SDK of Switchboard, for browsers and Node. */
export type {
  Annotation,
  AnnotationId,
  Call,
  CallId,
  CallState,
  ChatMessage,
  ErrorBody,
  ErrorCode,
  Incarnation,
  JsonValue,
  LeaveReason,
  MediaState,
  Participant,
  PeerId,
  PresenceStatus,
  RoomId,
  RoomStatus,
  SignalKind,
  UserId,
  UserPresence,
} from '@switchboard/protocol';
export type { CallRef, Calls, CallsEvents, InviteOptions } from './calls/calls.ts';
export {
  type ClientEvents,
  type ClientOptions,
  type ConnectOptions,
  SwitchboardClient,
} from './client.ts';
export type { ConnectionState } from './connection/connection-state.ts';
export type { ReloadOptions } from './connection/reload.ts';
export type { TokenSource, Transport } from './connection/socket-port.ts';
export type { Annotations, AnnotationsEvents } from './contents/annotations.ts';
export type { Chat, ChatEvents, HistoryOptions } from './contents/chat.ts';
export type { Typing, TypingEvents } from './contents/typing.ts';
export type { Handler, Subscribable } from './emitter.ts';
export { type ClientErrorCode, clientErrorTable, SwitchboardError } from './errors.ts';
export type { Who } from './identity.ts';
export type { IceOptions } from './peers/ice-setup.ts';
export {
  makesFirstOffer,
  type Peer,
  PeerConnections,
  type PeerConnectionsEvents,
  type PeerConnectionsOptions,
  type SignalingRoom,
} from './peers/peer-connections.ts';
export type { RemoteTrack } from './peers/receivers.ts';
export type { PeerConnectionPort, Rtc } from './peers/rtc.ts';
export type { RemoteStreams } from './peers/streams.ts';
export type { TrackSource } from './peers/track-source.ts';
export type { Presence, PresenceEvents } from './presence/presence.ts';
export type { JoinOptions, Room, RoomEnd, RoomEvents } from './room/room.ts';
export type { DepartureReason } from './room/room-state.ts';
