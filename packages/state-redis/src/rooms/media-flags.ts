import type { UpdateRequest } from '@switchboard/core';
import type { MediaState } from '@switchboard/protocol';

/** Media states as the scripts see them: a digit each for camera, microphone and screen. */
export const formatMedia = ({ camera, microphone, screen }: UpdateRequest['media']): string =>
  flag(camera) + flag(microphone) + flag(screen);

export const parseMedia = (flags: string): MediaState => ({
  camera: flags[0] === '1',
  microphone: flags[1] === '1',
  screen: flags[2] === '1',
});

const flag = (value: boolean | undefined): string => {
  if (value === undefined) return '-';
  return value ? '1' : '0';
};
