import type { PeerId } from '@switchboard/protocol';
import type {
  Delivery,
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LeaveRequest,
  Notice,
  Observer,
  RoomRef,
  RoomState,
  RoomStore,
  UpdateOutcome,
  UpdateRequest,
} from '../src/index.ts';

/** A call that waits for the test to say how it ends. */
export interface PendingCall<Request, Outcome> {
  readonly request: Request;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** A store that answers when and what the test says. */
export class ScriptedStore implements RoomStore {
  readonly joins: PendingCall<JoinRequest, JoinOutcome>[] = [];
  readonly leaves: PendingCall<LeaveRequest, LeaveOutcome>[] = [];
  readonly updates: PendingCall<UpdateRequest, UpdateOutcome>[] = [];
  readonly reads: PendingCall<RoomRef, RoomState | null>[] = [];

  join(request: JoinRequest): Promise<JoinOutcome> {
    return pend(this.joins, request);
  }
  leave(request: LeaveRequest): Promise<LeaveOutcome> {
    return pend(this.leaves, request);
  }
  update(request: UpdateRequest): Promise<UpdateOutcome> {
    return pend(this.updates, request);
  }
  read(room: RoomRef): Promise<RoomState | null> {
    return pend(this.reads, room);
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
  readonly notices: { readonly to: PeerId; readonly notice: Notice }[] = [];

  deliver(to: Iterable<PeerId>, notice: Notice): void {
    for (const peerId of to) this.notices.push({ to: peerId, notice });
  }

  /** What one session was told, such as `joined bob 2` or `state 4`. */
  toldTo(name: string): string[] {
    return this.notices.filter(({ to }) => to === name).map(({ notice }) => inWords(notice));
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
    case 'room-state':
      return `state ${notice.room.rev}`;
    case 'signal':
      return `signal from ${notice.from}: ${JSON.stringify(notice.data)}`;
    case 'signal-failed':
      return `signal to ${notice.to} failed: ${notice.error.code}`;
  }
}

/** Counts what it is told. */
export class CountingObserver implements Observer {
  resyncs = 0;
  parked = 0;
  failed = 0;
  readonly routed: string[] = [];
  readonly faults: string[] = [];

  signalRouted(kind: string, path: string): void {
    this.routed.push(`${kind} ${path}`);
  }
  signalParked(): void {
    this.parked += 1;
  }
  signalFailed(): void {
    this.failed += 1;
  }
  viewResynced(): void {
    this.resyncs += 1;
  }
  fault(message: string): void {
    this.faults.push(message);
  }
}
