import {
  parseInput,
  RoomId,
  type RoomRecord,
  RoomRequest,
  SignalingError,
} from '@switchboard/protocol';
import type { HealthState } from '../health.ts';
import { type Caller, ok, type Route } from '../http.ts';
import { isoNow, isoTime } from '../times.ts';
import { RoomCreation } from './schemas.ts';
import { personOf } from './words.ts';

export const health = ({ rooms, participants }: HealthState) => ({
  activeRooms: rooms,
  activeUsers: participants,
  timestamp: isoNow(),
});

const userWith = ({ entitled }: RoomRecord, role: string) =>
  entitled.find((each) => each.role === role)?.userId ?? null;

const isEntitled = ({ entitled }: RoomRecord, { userId }: Caller) =>
  entitled.some((each) => each.userId === userId);

/** A room of this protocol is gone when it has emptied, though others keep one that was made. */
const isGone = ({ participants, status }: RoomRecord) =>
  status === 'ended' || (status === 'in-progress' && participants.length === 0);

const noRoom = () => new SignalingError('room_not_found', { message: 'Room not found' });

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/rooms/create',
    access: 'client',
    handle: async ({ caller, body }, { rooms }) => {
      if (!caller.has('create')) throw new SignalingError('forbidden');
      const { appointmentId, doctorId, patientId } = parseInput(RoomCreation, body);
      const entitled = [
        { userId: doctorId, role: 'doctor' },
        { userId: patientId, role: 'patient' },
      ];
      const appointment = appointmentId && { appointmentId, roomId: RoomId.parse(appointmentId) };
      const request = parseInput(RoomRequest, { ...appointment, entitled, duplicates: 'allow' });
      const { roomId } = await rooms.prepare(request);
      return ok({ success: true, roomId, message: 'Room created successfully' });
    },
  },
  {
    method: 'GET',
    path: '/api/rooms/:roomId',
    access: 'client',
    handle: async ({ caller, params }, { rooms }) => {
      const roomId = RoomId.safeParse(params['roomId']);
      const record = roomId.success ? await rooms.record(roomId.data) : null;
      if (!record || isGone(record)) throw noRoom();
      // Says nothing of whether there is such a room.
      if (!caller.mayJoin(record.roomId) && !isEntitled(record, caller)) throw noRoom();
      return ok({
        success: true,
        room: {
          id: record.roomId,
          doctorId: userWith(record, 'doctor'),
          patientId: userWith(record, 'patient'),
          participants: record.participants.map((each) => ({
            ...personOf(each),
            joinedAt: isoTime(each.joinedAt),
          })),
          createdAt: isoTime(record.createdAt),
        },
      });
    },
  },
];
