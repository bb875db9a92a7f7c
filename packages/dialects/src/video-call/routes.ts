import {
  AppointmentId,
  parseInput,
  type RoomRecord,
  RoomRequest,
  SignalingError,
} from '@switchboard/protocol';
import { ok, type Route } from '../http.ts';
import { isoTime } from '../times.ts';
import { Appointment, RoomFile } from './schemas.ts';
import { type AppointmentRole, isParty, newRoomId, roles, statuses, userAs } from './words.ts';

const path = '/video-call/room/appointment/:appointmentId';

/** Whether the user is in the room just now. */
const hasJoined = (record: RoomRecord, role: AppointmentRole): boolean =>
  record.participants.some(({ userId }) => userId !== undefined && userId === userAs(record, role));

const timeOr = (time: number | undefined): string | null =>
  time === undefined ? null : isoTime(time);

/** A room that another protocol has prepared has no file: what it names stands for it. */
function fileOf(record: RoomRecord) {
  const file = RoomFile.safeParse(record.data);
  const nameless = (role: AppointmentRole) => ({
    id: userAs(record, role) ?? null,
    firstName: '',
    lastName: '',
  });
  const { id, appointment } = file.data ?? { id: record.roomId, appointment: undefined };
  return {
    id,
    appointment: {
      id: record.appointmentId,
      scheduledDate: appointment?.scheduledDate ?? null,
      patient: appointment?.patient ?? nameless('patient'),
      practitioner: appointment?.practitioner ?? nameless('practitioner'),
    },
  };
}

function described(record: RoomRecord) {
  const { id, appointment } = fileOf(record);
  return {
    id,
    roomId: record.roomId,
    appointmentId: record.appointmentId,
    status: statuses[record.status],
    practitionerJoined: hasJoined(record, 'practitioner'),
    patientJoined: hasJoined(record, 'patient'),
    startedAt: timeOr(record.startedAt),
    endedAt: timeOr(record.endedAt),
    createdAt: isoTime(record.createdAt),
    updatedAt: isoTime(record.updatedAt),
    appointment,
  };
}

const read: Route['handle'] = async ({ caller, params }, { rooms }) => {
  const record = await rooms.ofAppointment(parseInput(AppointmentId, params['appointmentId']));
  if (!record) {
    throw new SignalingError('room_not_found', { message: 'The appointment has no room.' });
  }
  if (!caller.has('admin') && !isParty(record, caller.userId)) {
    throw new SignalingError('forbidden', { message: 'This is the appointment of others.' });
  }
  return ok(described(record));
};

const create: Route['handle'] = async ({ caller, params, body }, { rooms }) => {
  if (!caller.has('create')) throw new SignalingError('forbidden');
  const appointmentId = parseInput(AppointmentId, params['appointmentId']);
  const made = await rooms.ofAppointment(appointmentId);
  const { roomId } = made ?? (await rooms.prepare(requestFor(appointmentId, body)));
  return { status: 201, body: { roomId } };
};

/** @throws SignalingError `invalid_argument` */
function requestFor(appointmentId: AppointmentId, body: unknown): RoomRequest {
  const appointment = parseInput(Appointment, body);
  return parseInput(RoomRequest, {
    roomId: newRoomId(),
    appointmentId,
    entitled: [
      { userId: appointment.practitioner.id, role: roles.practitioner },
      { userId: appointment.patient.id, role: roles.patient },
    ],
    requiredRoles: [roles.practitioner, roles.patient],
    screenRoles: [roles.practitioner],
    duplicates: 'allow',
    data: { id: crypto.randomUUID(), appointment },
  });
}

export const routes: readonly Route[] = [
  { method: 'GET', path, access: 'token', handle: read },
  { method: 'POST', path: `${path}/create`, access: 'token', handle: create },
];
