/** TypeScript SDK of Switchboard, for browsers and Node. */
export type {
  ErrorBody,
  ErrorCode,
  Incarnation,
  JsonValue,
  LeaveReason,
  MediaState,
  Participant,
  PeerId,
  RoomId,
  RoomStatus,
  SignalKind,
} from '@switchboard/protocol';
export {
  type ClientEvents,
  type ClientOptions,
  type ConnectOptions,
  SwitchboardClient,
} from './client.ts';
export type { ConnectionState } from './connection/connection-state.ts';
export type { ReloadOptions } from './connection/reload.ts';
export type { TokenSource, Transport } from './connection/socket-port.ts';
export type { Handler, Subscribable } from './emitter.ts';
export { type ClientErrorCode, clientErrorTable, SwitchboardError } from './errors.ts';
export {
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
export type { JoinOptions, Room, RoomEnd, RoomEvents } from './room/room.ts';
export type { DepartureReason } from './room/room-state.ts';
