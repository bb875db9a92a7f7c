import type { ClientErrorCode, ErrorCode } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/client';
import type { DeviceKind, DeviceState } from '../media/device.ts';
import type { DeviceProblem } from '../media/device-problem.ts';
import type { CallState, RemoteParticipant } from './call-state.ts';

/** Everything that happens, as one would say it to a person who is on the phone. */

const later = 'The service is busy just now. Please try again in a moment.';
const ours = 'Something went wrong on our side. Please try again.';

const errorWords: { readonly [Code in ErrorCode | ClientErrorCode]?: string } = {
  room_full: 'This room is full. Ask somebody to leave, or use another room.',
  forbidden: 'You may not enter this room. Ask whoever invited you for a new link.',
  refused: 'The service did not let you in. Reload the page and try again.',
  session_forbidden: 'This session belongs to somebody else. Reload the page to join again.',
  session_replaced: 'This call is now open somewhere else.',
  unreachable: 'The service cannot be reached. Check your connection, then try again.',
  not_connected: 'There is no connection to the service. Please try again.',
  interrupted: 'The connection was lost. Please try again.',
  timeout: 'The service did not answer in time. Please try again.',
  too_many_rooms: 'You are in too many calls at once.',
  invalid_argument: 'The name or the room has characters that cannot be used.',
  payload_too_large: 'The name or the room is too long.',
  unsupported: 'This browser cannot make video calls.',
  closed: 'The call has ended.',
};

export function errorInWords(error: unknown): string {
  if (!(error instanceof SwitchboardError)) return ours;
  return errorWords[error.code] ?? (error.retryable ? later : ours);
}

const problemWords: Readonly<Record<DeviceProblem, (device: string) => string>> = {
  blocked: (device) => `Your ${device} is blocked. Allow it in the browser to be`,
  missing: (device) => `No ${device} was found. Connect one to be`,
  busy: (device) =>
    `Your ${device} cannot be opened; another program may be using it. Free it to be`,
  insecure: (device) =>
    `Browsers give the ${device} to secure pages only. Open this one with https to be`,
};

const purpose = { camera: 'seen', microphone: 'heard' } as const satisfies Record<
  DeviceKind,
  string
>;

/** @returns null when there is nothing to say. */
export function deviceInWords(kind: DeviceKind, device: DeviceState): string | null {
  if (device.state !== 'unavailable') return null;
  return `${problemWords[device.problem](kind)} ${purpose[kind]}.`;
}

/** How the connection with the other side of one tile is doing; null when all is well. */
export function linkInWords({ connected, link, name }: RemoteParticipant): string | null {
  switch (link) {
    case 'connected':
      return null;
    case 'failed':
      return `No way to ${name} yet. Still trying…`;
    case 'disconnected':
      return `The connection to ${name} is weak…`;
    case 'new':
    case 'connecting':
    case 'closed':
      return connected ? `Connecting to ${name}…` : `${name} has lost the connection…`;
  }
}

export interface ConnectionWords {
  readonly text: string;
  readonly tone: 'good' | 'busy' | 'bad';
}

export function connectionInWords({ signaling, others }: CallState): ConnectionWords {
  switch (signaling) {
    case 'up':
      return others.length === 0
        ? { text: 'Waiting for others', tone: 'busy' }
        : { text: 'Connected', tone: 'good' };
    case 'lost':
      return { text: 'Reconnecting…', tone: 'bad' };
    case 'connecting':
      return { text: 'Connecting…', tone: 'busy' };
    case 'down':
      return { text: 'Not connected', tone: 'busy' };
  }
}
