import type { SignalKind } from '@switchboard/protocol';

/** What the core counts; a node turns it into metrics. */
export interface Observer {
  signalRouted(kind: SignalKind, path: 'local' | 'remote'): void;
  signalParked(): void;
  signalFailed(): void;
  /** A view had missed a change and read the room anew. */
  viewResynced(): void;
  /** Something that should not happen and has no one to be told. */
  fault(message: string, cause: unknown): void;
}
