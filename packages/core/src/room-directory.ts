import {
  type AppointmentId,
  Incarnation,
  RoomId,
  type RoomPage,
  type RoomRecord,
  type RoomRequest,
  type RoomTotals,
  SignalingError,
  type TenantId,
} from '@switchboard/protocol';
import type { ListRequest, RoomRecords } from './ports/room-records.ts';
import type { RoomRef, RoomStore } from './ports/room-store.ts';
import { randomId } from './random-id.ts';
import { recordOf } from './room-record.ts';

/** A room to be made ahead, and whose. */
export type NewRoom = Omit<RoomRequest, 'tenant'> & { readonly tenant: TenantId };

export interface RoomDirectoryDependencies {
  readonly rooms: RoomStore;
  readonly records: RoomRecords;
  /** Participants a room admits when the one who prepares it does not say. */
  readonly defaultCapacity: number;
}

/**
 * Rooms as servers and operators see them: what takes no session, and is not asked who may. All
 * of it may be repeated; any of it fails with `unavailable` while the store is away.
 */
export class RoomDirectory {
  readonly #dependencies: RoomDirectoryDependencies;

  constructor(dependencies: RoomDirectoryDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * SPEC 10.1, 10.2: makes a room ahead, or finds the one that was made. Interrupted between its
   * two steps, it leaves an appointment whose room is made by the next call.
   *
   * @throws SignalingError `invalid_argument` when the room is another appointment's.
   */
  async prepare(request: NewRoom): Promise<{ record: RoomRecord; isNew: boolean }> {
    const { records, defaultCapacity } = this.#dependencies;
    const { tenant, appointmentId = null, capacity = defaultCapacity, duplicates } = request;
    const room: RoomRef = { tenant, roomId: await this.#roomIdFor(request) };
    const { entitled, requiredRoles, screenRoles, data, keepMs } = request;
    const outcome = await records.prepare({
      room,
      incarnation: Incarnation.parse(randomId()),
      policy: { capacity, duplicates },
      preparation: { appointmentId, entitled, requiredRoles, screenRoles, data, keepMs },
    });
    // One that was made by its participants and has ended can be prepared when it is forgotten.
    if (!outcome.state.preparation) throw new SignalingError('room_ended');
    const made = outcome.state.preparation.appointmentId;
    if (appointmentId !== null && made !== appointmentId) throw otherAppointment();
    return { record: recordOf(room, outcome.state), isNew: outcome.kind === 'prepared' };
  }

  /** Begins a room that waits. @returns null when there is none. */
  async start(room: RoomRef): Promise<RoomRecord | null> {
    const outcome = await this.#dependencies.records.start(room);
    return outcome.kind === 'absent' ? null : recordOf(room, outcome.state);
  }

  /** SPEC 10.6: ends a room for everybody. @returns null when there is none. */
  async end(room: RoomRef): Promise<RoomRecord | null> {
    const outcome = await this.#dependencies.records.end({ room, asker: null });
    const isThere = outcome.kind === 'ended' || outcome.kind === 'already';
    return isThere ? recordOf(room, outcome.state) : null;
  }

  /** @returns null when there is none. */
  async record(room: RoomRef): Promise<RoomRecord | null> {
    const state = await this.#dependencies.rooms.read(room);
    return state && recordOf(room, state);
  }

  /** @returns null when the appointment has no room. */
  async recordOfAppointment(
    tenant: TenantId,
    appointmentId: AppointmentId,
  ): Promise<RoomRecord | null> {
    const roomId = await this.#dependencies.records.assign(tenant, appointmentId, null);
    return roomId && this.record({ tenant, roomId });
  }

  /** @throws SignalingError `invalid_argument` for a cursor that no page has said. */
  async list(request: ListRequest): Promise<RoomPage> {
    const { rooms, cursor } = await this.#dependencies.records.list(request);
    return {
      rooms: rooms.map(({ room, state }) => recordOf(room, state)),
      ...(cursor !== null && { cursor }),
    };
  }

  totals(tenant: TenantId): Promise<RoomTotals> {
    return this.#dependencies.records.totals(tenant);
  }

  async #roomIdFor({ tenant, roomId, appointmentId }: NewRoom): Promise<RoomId> {
    const proposed = roomId ?? RoomId.parse(`room-${randomId()}`);
    if (appointmentId === undefined) return proposed;
    // Asked before, because an appointment keeps the room that it has been given.
    const taken = roomId && (await this.record({ tenant, roomId }))?.appointmentId;
    if (taken && taken !== appointmentId) throw otherAppointment();
    const { records } = this.#dependencies;
    return (await records.assign(tenant, appointmentId, proposed)) ?? proposed;
  }
}

const otherAppointment = (): SignalingError =>
  new SignalingError('invalid_argument', {
    message: 'That room was prepared for another appointment, or for none.',
    path: ['roomId'],
  });
