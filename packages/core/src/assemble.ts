import type { NodeId, PeerId } from '@switchboard/protocol';
import { Arrivals } from './arrivals.ts';
import { CallDirectory } from './calls/call-directory.ts';
import { Calls } from './calls/calls.ts';
import { LocalCalls } from './calls/local-calls.ts';
import type { CommandContext } from './commands/context.ts';
import { Detours } from './detours.ts';
import { Endings } from './endings.ts';
import { Expiry } from './expiry.ts';
import { Heartbeat } from './heartbeat.ts';
import { LocalRooms } from './local-rooms.ts';
import { Memberships } from './memberships.ts';
import { NodeDirectory } from './node-directory.ts';
import type { Authenticator } from './ports/authenticator.ts';
import type { IceServers } from './ports/ice-servers.ts';
import type { Observer } from './ports/observer.ts';
import type { RoomRef } from './ports/room-store.ts';
import type { NodeReport } from './ports/session-store.ts';
import type { State } from './ports/state.ts';
import { Reconciler } from './reconciler.ts';
import { RelayRouter } from './relay-router.ts';
import { RoomDirectory } from './room-directory.ts';
import type { Session } from './session.ts';
import { SessionDirectory } from './session-directory.ts';
import type { SessionEndCause } from './session-ends.ts';
import { SessionLifecycle } from './session-lifecycle.ts';
import { SessionResume } from './session-resume.ts';
import { Sessions } from './sessions.ts';
import type { CoreSettings } from './settings.ts';
import { SignalRouter } from './signal-router.ts';
import { UserDirectory } from './user-directory.ts';
import { Attachments } from './users/attachments.ts';
import { LocalUsers } from './users/local-users.ts';
import { Watching } from './users/watching.ts';

export interface CoreDependencies {
  readonly node: NodeId;
  readonly state: State;
  readonly authenticator: Authenticator;
  readonly iceServers: IceServers;
  readonly observer: Observer;
  readonly settings: CoreSettings;
  /** Another process has been started under this node's name: this one is to stop. */
  readonly onUsurped: () => void;
  /** An operator wants this node emptied; may be said more than once. */
  readonly onDrainAsked: () => void;
}

/** All that can be asked and done without a session. */
export interface Directory {
  readonly rooms: RoomDirectory;
  readonly sessions: SessionDirectory;
  readonly users: UserDirectory;
  readonly calls: CallDirectory;
  readonly nodes: NodeDirectory;
}

/** What a core is made of, as far as it is used from outside of the others. */
export interface Parts {
  readonly sessions: Sessions;
  readonly localRooms: LocalRooms;
  readonly detours: Detours;
  readonly localCalls: LocalCalls;
  readonly watching: Watching;
  readonly lifecycle: SessionLifecycle;
  readonly resume: SessionResume;
  readonly reconciler: Reconciler;
  readonly heartbeat: Heartbeat;
  readonly expiry: Expiry;
  readonly context: CommandContext;
  readonly directory: Directory;
}

/**
 * Makes the parts of a core, and lets them know of each other.
 *
 * @param report what the other nodes are to know of this one.
 */
export function assemble(dependencies: CoreDependencies, report: () => NodeReport): Parts {
  const { node, state, authenticator, iceServers, observer, settings } = dependencies;
  const { onUsurped, onDrainAsked } = dependencies;
  const { rooms, records, registry, users, bus, leases, isOrdered, sessions: store } = state;
  const sessions = new Sessions();
  const onMissing = (peerIds: readonly PeerId[]) => {
    for (const peerId of peerIds) {
      const session = sessions.get(peerId);
      if (session) reconciler.request(session);
    }
  };
  const onReplaced = (room: RoomRef, peerId: PeerId) => {
    const session = sessions.get(peerId);
    if (session) memberships.displace(session, room);
  };
  const onEnded = (room: RoomRef, peerIds: readonly PeerId[]) => {
    for (const peerId of peerIds) {
      const session = sessions.get(peerId);
      if (session) memberships.expel(session, room);
    }
  };
  const localRooms = new LocalRooms({
    rooms,
    delivery: sessions,
    observer,
    onMissing,
    onReplaced,
    onEnded,
    onMoved: (move) => detours.moved(move),
    onLeft: (room, peerId) => detours.left(room, peerId),
  });
  const detours = new Detours({ node, rooms, localRooms, bus, observer });
  const localUsers = new LocalUsers();
  const localCalls = new LocalCalls(state.calls, localUsers);
  const watching = new Watching(users);
  const calls = new Calls({ calls: state.calls, users, localCalls, observer });
  const reconcile = (session: Session) => reconciler.request(session);
  const attachments = new Attachments({
    users,
    sessions,
    localUsers,
    localCalls,
    calls,
    watching,
    reconcile,
  });
  const endings = new Endings({ node, rooms, sessions: store, users, calls, observer });
  const reconciler = new Reconciler({ rooms, store, sessions, localRooms, endings, observer });
  const end = (session: Session, cause: SessionEndCause) => void lifecycle.end(session, cause);
  const memberships = new Memberships({
    rooms,
    sessions: store,
    localRooms,
    reconcile,
    endReplaced: (session) => end(session, 'replaced'),
  });
  const lifecycle = new SessionLifecycle({
    ...{ node, rooms, store, sessions, memberships, attachments, endings, reconciler, observer },
    ...{ settings, isOrdered },
  });
  const resume = new SessionResume({
    ...{ node, store, bus, sessions, memberships, attachments, reconciler, lifecycle },
  });
  reconciler.connect({
    memberships,
    attachments,
    drop: (session, reason) => lifecycle.drop(session, reason),
  });
  const heartbeat = new Heartbeat({
    leases,
    observer,
    actions: {
      onUsurped,
      onFrozen: () => lifecycle.abandonAll(),
      report,
      requestAll: () => reconciler.requestAll(),
      isPressing: () =>
        [reconciler, endings].some(({ isPending }) => isPending) ||
        [localCalls, watching].some(({ isStale }) => isStale),
      afterRenewal: async () => {
        // Before it is asked whom nobody here knows: who said goodbye has left, and is not lost.
        await endings.retry();
        await reconciler.run();
        await localCalls.catchUp();
        await watching.catchUp();
      },
      compare: async (part) => {
        await localRooms.compare(part);
        await localCalls.compare(part);
        await watching.refresh(part);
        await attachments.keep(part);
      },
      expire: async (share) => {
        const expired = await store.takeExpired(share);
        for (const { overdueMs } of expired) {
          observer.sessionEnded('reaped');
          observer.sessionOverdue(overdueMs);
        }
        await endings.carryOutAll(expired, 'disconnected');
        await calls.lookAfter(share);
        await attachments.dropLost(share);
        await records.expire(share);
      },
    },
  });
  const arrivals = new Arrivals({ localRooms, sessions, observer });
  const routing = { node, localRooms, detours, arrivals, bus, observer };
  const signals = new SignalRouter({ ...routing, sessions, clock: state.clock });
  const relays = new RelayRouter(routing);
  const expiry = new Expiry({ sessions, onExpired: (session) => end(session, 'expired') });
  const directory = {
    rooms: new RoomDirectory({ rooms, records, defaultCapacity: settings.defaultRoomCapacity }),
    sessions: new SessionDirectory({ registry, endings, observer }),
    users: new UserDirectory(users),
    calls: new CallDirectory({ store: state.calls, calls }),
    nodes: new NodeDirectory({ node, leases, bus, onDrainAsked }),
  };
  const context = {
    rooms,
    chat: state.chat,
    annotations: state.annotations,
    records,
    sessions: store,
    localRooms,
    memberships,
    signals,
    relays,
    attachments,
    watching,
    calls,
    localCalls,
    authenticator,
    iceServers,
    settings,
    isOrdered,
  };
  return {
    ...{ sessions, localRooms, detours, localCalls, watching, lifecycle, resume, reconciler },
    ...{ heartbeat, expiry, context, directory },
  };
}
