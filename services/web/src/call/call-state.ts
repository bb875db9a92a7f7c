import type { MediaState, PeerId, RemoteStreams } from '@switchboard/client';
import type { LocalMediaState } from '../media/local-media.ts';

/** What the page is doing. */
export type Phase =
  /** Before a call, or after one; `problem` is why it ended, in plain words. */
  | { readonly phase: 'lobby'; readonly problem: string | null }
  | { readonly phase: 'joining' }
  | { readonly phase: 'in-call'; readonly roomId: string };

/** Somebody else in the call. */
export interface RemoteParticipant {
  readonly peerId: PeerId;
  readonly name: string;
  readonly media: MediaState;
  /** Whether the cluster has a connection to them. */
  readonly connected: boolean;
  /** How the direct connection with them is doing. */
  readonly link: RTCPeerConnectionState;
  readonly streams: RemoteStreams;
}

/** All that the page shows. */
export interface CallState {
  readonly phase: Phase;
  readonly name: string;
  /** The connection with the cluster. */
  readonly signaling: 'down' | 'connecting' | 'up' | 'lost';
  readonly local: LocalMediaState;
  readonly others: readonly RemoteParticipant[];
}
