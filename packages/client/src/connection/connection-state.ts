import type { PeerId } from '@switchboard/protocol';
import type { SwitchboardError } from '../errors.ts';

/** Where a client is with its connection. */
export type ConnectionState =
  /** `connect` has not been called yet. */
  | { readonly state: 'idle' }
  /** On the way to the first connection; `failures` attempts have come to nothing so far. */
  | { readonly state: 'connecting'; readonly failures: number }
  | {
      readonly state: 'connected';
      readonly peerId: PeerId;
      /** Whether the session of before goes on: same peer id, same rooms. */
      readonly resumed: boolean;
      /** What this node can do beyond the first version of the protocol, by name. */
      readonly capabilities: readonly string[];
      /** Engine.IO's id of the transport; what stands before the dot is the node's name. */
      readonly sid: string;
    }
  /**
   * The connection was lost and is being made again. `peerId` is what it was; the next connection
   * may bring the same one or another.
   */
  | { readonly state: 'reconnecting'; readonly peerId: PeerId; readonly failures: number }
  /** For good, until `connect` is called again. Without an error: `close` was called. */
  | { readonly state: 'closed'; readonly error?: SwitchboardError };
