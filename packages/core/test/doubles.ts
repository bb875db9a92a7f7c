import type { PeerId } from '@switchboard/protocol';
import type {
  Delivery,
  DetachRequest,
  EndOutcome,
  EndRequest,
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LeaveRequest,
  ListedSessions,
  Notice,
  Observer,
  RebindOutcome,
  RebindRequest,
  RegisterMemberOutcome,
  RegisterMemberRequest,
  RoomPosition,
  RoomRecords,
  RoomRef,
  RoomState,
  RoomStore,
  SessionRegistry,
  UpdateOutcome,
  UpdateRequest,
} from '../src/index.ts';
import { incarnation } from './samples.ts';

/** A call that waits for the test to say how it ends. */
export interface PendingCall<Request, Outcome> {
  readonly request: Request;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** A store that answers when and what the test says. */
export class ScriptedRooms implements RoomStore {
  readonly joins: PendingCall<JoinRequest, JoinOutcome>[] = [];
  readonly leaves: PendingCall<LeaveRequest, LeaveOutcome>[] = [];
  readonly updates: PendingCall<UpdateRequest, UpdateOutcome>[] = [];
  readonly detaches: PendingCall<DetachRequest, void>[] = [];
  readonly rebinds: PendingCall<RebindRequest, RebindOutcome>[] = [];
  readonly registrations: PendingCall<RegisterMemberRequest, RegisterMemberOutcome>[] = [];
  readonly reads: PendingCall<RoomRef, RoomState | null>[] = [];
  /** What `position` answers at once, as it is asked all the time: at first the beginning. */
  at: RoomPosition | null = { incarnation: incarnation('first'), rev: 1 };

  join(request: JoinRequest): Promise<JoinOutcome> {
    return pend(this.joins, request);
  }
  leave(request: LeaveRequest): Promise<LeaveOutcome> {
    return pend(this.leaves, request);
  }
  update(request: UpdateRequest): Promise<UpdateOutcome> {
    return pend(this.updates, request);
  }
  detach(request: DetachRequest): Promise<void> {
    return pend(this.detaches, request);
  }
  rebind(request: RebindRequest): Promise<RebindOutcome> {
    return pend(this.rebinds, request);
  }
  register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome> {
    return pend(this.registrations, request);
  }
  read(room: RoomRef): Promise<RoomState | null> {
    return pend(this.reads, room);
  }
  async position(): Promise<RoomPosition | null> {
    return this.at;
  }
}

/** Records that answer when and what the test says; those that no test asks for are not there. */
export class ScriptedRecords implements RoomRecords {
  readonly ends: PendingCall<EndRequest, EndOutcome>[] = [];
  readonly assign = unasked;
  readonly prepare = unasked;
  readonly start = unasked;
  readonly list = unasked;
  readonly totals = unasked;

  end(request: EndRequest): Promise<EndOutcome> {
    return pend(this.ends, request);
  }
  async expire(): Promise<number> {
    return 0;
  }
}

const unasked = async (): Promise<never> => {
  throw new Error('no test asks for this');
};

/** Nobody is listed, and nobody evicted. */
export class EmptyRegistry implements SessionRegistry {
  async list(): Promise<ListedSessions> {
    return { sessions: [], cursor: null };
  }
  async total(): Promise<number> {
    return 0;
  }
  async evict(): Promise<null> {
    return null;
  }
}

function pend<Request, Outcome>(
  calls: PendingCall<Request, Outcome>[],
  request: Request,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  calls.push({ request, resolve, reject });
  return promise;
}

/** Keeps what each session was told, one line a notice. */
export class RecordingDelivery implements Delivery {
  readonly #lines = new Map<string, string[]>();

  deliver(to: Iterable<PeerId>, notice: Notice): void {
    for (const peerId of to) this.toldTo(peerId).push(inWords(notice));
  }

  /** What one session was told, such as `joined bob 2` or `state 4`. */
  toldTo(name: string): string[] {
    const lines = this.#lines.get(name) ?? [];
    this.#lines.set(name, lines);
    return lines;
  }
}

function inWords(notice: Notice): string {
  switch (notice.type) {
    case 'participant-joined':
      return `joined ${notice.participant.peerId} ${notice.rev}`;
    case 'participant-left':
      return `left ${notice.peerId} ${notice.rev}`;
    case 'participant-updated':
      return `updated ${notice.peerId} ${notice.rev}`;
    case 'participant-reconnecting':
      return `reconnecting ${notice.peerId} ${notice.rev}`;
    case 'participant-reconnected':
      return `reconnected ${notice.peerId} ${notice.rev}`;
    case 'message-sent':
      return `message ${notice.message.id} from ${notice.message.from} ${notice.rev}`;
    case 'annotation-changed':
      return `annotation ${notice.annotation.id} by ${notice.annotation.by} ${notice.rev}`;
    case 'annotation-removed':
      return `no annotation ${notice.id} ${notice.rev}`;
    case 'room-started':
      return `started ${notice.rev}`;
    case 'room-ended':
      return notice.by ? `ended ${notice.rev} by ${notice.by}` : `ended ${notice.rev}`;
    case 'room-state':
      return `state ${notice.room.rev}`;
    case 'signal':
      return `signal from ${notice.from}: ${JSON.stringify(notice.data)}`;
    case 'relayed':
      return `${notice.name} from ${notice.from}: ${JSON.stringify(notice.data)}`;
    case 'typing':
      return `${notice.from} ${notice.isTyping ? 'types' : 'rests'}`;
    case 'membership-ended':
      return `out of ${notice.roomId}: ${notice.error.code}`;
    case 'signal-failed':
      return `signal to ${notice.to} failed: ${notice.error.code}`;
    case 'presence-changed':
      return `${notice.userId} is ${notice.status}`;
    case 'call-changed':
      return `call ${notice.call.callId} is ${notice.call.state}`;
    case 'draining':
      return `draining ${notice.reconnectInMs}`;
  }
}

/** Counts what it is told. */
export class CountingObserver implements Observer {
  resyncs = 0;
  parked = 0;
  held = 0;
  failed = 0;
  negotiated = 0;
  buried = 0;
  readonly routed: string[] = [];
  readonly delivered: string[] = [];
  readonly ended: string[] = [];
  readonly faults: string[] = [];

  signalRouted(kind: string, path: string): void {
    this.routed.push(`${kind} ${path}`);
  }
  signalParked(): void {
    this.parked += 1;
  }
  heldUp(): void {
    this.held += 1;
  }
  signalFailed(): void {
    this.failed += 1;
  }
  signalDelivered(path: string): void {
    this.delivered.push(path);
  }
  callNegotiated(): void {
    this.negotiated += 1;
  }
  callChanged(): void {}
  sessionEnded(how: string): void {
    this.ended.push(how);
  }
  sessionOverdue(): void {}
  nodeBuried(): void {
    this.buried += 1;
  }
  relayRouted(what: string): void {
    this.routed.push(what);
  }
  relayFailed(receivers: number): void {
    this.failed += receivers;
  }
  viewResynced(): void {
    this.resyncs += 1;
  }
  fault(message: string): void {
    this.faults.push(message);
  }
}
