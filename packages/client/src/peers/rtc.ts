import { SwitchboardError } from '../errors.ts';

/**
 * The part of WebRTC that this SDK uses. The browser's own objects fit it as they are; so can an
 * implementation for Node, or a test's.
 */
export interface PeerConnectionPort {
  readonly signalingState: RTCSignalingState;
  readonly connectionState: RTCPeerConnectionState;
  readonly localDescription: { readonly type: RTCSdpType; readonly sdp: string } | null;
  readonly remoteDescription: { readonly type: RTCSdpType } | null;
  setLocalDescription(): Promise<void>;
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
  addIceCandidate(candidate: RTCIceCandidateInit | null): Promise<void>;
  addTransceiver(
    kind: 'audio' | 'video',
    init: { direction: 'sendrecv'; streams: MediaStream[] },
  ): TransceiverPort;
  getTransceivers(): TransceiverPort[];
  setConfiguration(configuration: RTCConfiguration): void;
  restartIce(): void;
  close(): void;
  addEventListener(type: 'negotiationneeded' | 'connectionstatechange', listener: () => void): void;
  addEventListener(
    type: 'icecandidate',
    listener: (event: { readonly candidate: CandidatePort | null }) => void,
  ): void;
}

export interface CandidatePort {
  toJSON(): RTCIceCandidateInit;
}

export interface SenderPort {
  setStreams(...streams: MediaStream[]): void;
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
}

export interface TransceiverPort {
  readonly mid: string | null;
  readonly sender: SenderPort;
  readonly receiver: { readonly track: MediaStreamTrack };
  readonly currentDirection: RTCRtpTransceiverDirection | null;
  direction: RTCRtpTransceiverDirection;
}

/** Where peer connections and streams come from. */
export interface Rtc {
  readonly RTCPeerConnection: new (configuration: RTCConfiguration) => PeerConnectionPort;
  readonly MediaStream: new () => MediaStream;
}

/**
 * What is given, completed by what the platform has.
 *
 * @throws SwitchboardError `unsupported` when something is neither given nor there.
 */
export function resolveRtc(given: Partial<Rtc>): Rtc {
  const { RTCPeerConnection, MediaStream } = { ...platform(), ...given };
  if (!RTCPeerConnection || !MediaStream) throw SwitchboardError.local('unsupported');
  return { RTCPeerConnection, MediaStream };
}

const platform = (): Partial<Rtc> =>
  typeof RTCPeerConnection === 'undefined' || typeof MediaStream === 'undefined'
    ? {}
    : { RTCPeerConnection, MediaStream };
