import type { Bus } from './bus.ts';
import type { CallStore } from './call-store.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { RoomAnnotations } from './room-annotations.ts';
import type { RoomChat } from './room-chat.ts';
import type { RoomRecords } from './room-records.ts';
import type { RoomStore } from './room-store.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { LeaseStore, SessionStore } from './session-store.ts';
import type { UserStore } from './user-store.ts';

/** All that nodes share, as one node sees it. */
export interface State {
  readonly rooms: RoomStore;
  readonly chat: RoomChat;
  readonly annotations: RoomAnnotations;
  readonly records: RoomRecords;
  readonly sessions: SessionStore;
  readonly users: UserStore;
  readonly calls: CallStore;
  readonly registry: SessionRegistry;
  readonly leases: LeaseStore;
  readonly bus: Bus;
  readonly clock: ClusterClock;
  /** Whether commands are carried out in the order of calls, whatever keys they touch. */
  readonly isOrdered: boolean;
  /** Whether commands have a chance: readiness follows it. */
  isAvailable(): boolean;
  /** Ends the bus and lets go of connections. */
  close(): Promise<void>;
}
