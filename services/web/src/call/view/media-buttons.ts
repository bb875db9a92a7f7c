import { type DeviceKind, type DeviceState, deviceKinds } from '../../media/device.ts';
import { ScreenShare } from '../../media/screen-share.ts';
import { find } from '../../ui/find.ts';
import type { CallState } from '../call-state.ts';

const labels = {
  microphone: { on: 'Mute', off: 'Unmute', key: 'm' },
  camera: { on: 'Stop camera', off: 'Start camera', key: 'v' },
} as const satisfies Record<DeviceKind, { on: string; off: string; key: string }>;

/** The buttons that show what the microphone, the camera and the screen are doing, in all views. */
export class MediaButtons {
  constructor() {
    for (const button of buttonsOf('screen')) button.hidden = !ScreenShare.isSupported;
  }

  show({ local }: Pick<CallState, 'local'>): void {
    for (const kind of deviceKinds) {
      for (const button of buttonsOf(kind)) showDevice(button, kind, local[kind]);
    }
    for (const button of buttonsOf('screen')) {
      const isSharing = local.screen !== null;
      button.classList.toggle('active', isSharing);
      label(button, isSharing ? 'Stop sharing' : 'Share screen');
    }
  }
}

const buttonsOf = (action: DeviceKind | 'screen'): readonly HTMLButtonElement[] => [
  ...document.querySelectorAll<HTMLButtonElement>(`button[data-action=${action}]`),
];

function showDevice(button: HTMLButtonElement, kind: DeviceKind, { state }: DeviceState): void {
  const isOn = state === 'on';
  const { key, ...words } = labels[kind];
  button.disabled = state === 'starting';
  button.classList.toggle('off', !isOn);
  button.dataset['state'] = state;
  const icon = `/icons.svg#${kind}${isOn ? '' : '-off'}`;
  find(button, 'use', SVGUseElement).setAttribute('href', icon);
  label(button, isOn ? words.on : words.off);
  button.title = `${isOn ? words.on : words.off} (${key})`;
}

function label(button: HTMLButtonElement, text: string): void {
  find(button, '[data-part=label]', HTMLElement).textContent = text;
}
