import type { UpdateRequest } from '@switchboard/core';
import type { MediaState } from '@switchboard/protocol';

/** A member's flags as the scripts see them: camera, microphone, screen, connected. */
export interface MemberFlags {
  readonly media: MediaState;
  readonly connected: boolean;
}

/** A digit for each flag, or `-` for one that is to stay as it is. */
export const formatFlags = (
  { camera, microphone, screen }: UpdateRequest['media'],
  connected?: boolean,
): string => digit(camera) + digit(microphone) + digit(screen) + digit(connected);

export const parseFlags = (flags: string): MemberFlags => ({
  media: { camera: flags[0] === '1', microphone: flags[1] === '1', screen: flags[2] === '1' },
  connected: flags[3] === '1',
});

const digit = (value: boolean | undefined): string => {
  if (value === undefined) return '-';
  return value ? '1' : '0';
};
