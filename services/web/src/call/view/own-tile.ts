import { isSending } from '../../media/local-media.ts';
import type { CallState } from '../call-state.ts';
import { LocalPreview } from './local-preview.ts';
import { PersonTile } from './person-tile.ts';

/** The user's own picture in a call: mirrored, as in a mirror, and never heard. */
export class OwnTile {
  readonly #tile = new PersonTile();
  readonly #preview = new LocalPreview();

  constructor() {
    const { element, video } = this.#tile;
    element.dataset['testid'] = 'own';
    element.classList.add('tile-own');
    video.dataset['testid'] = 'own-video';
    video.classList.add('mirrored');
  }

  get element(): HTMLElement {
    return this.#tile.element;
  }

  show({ name, local }: CallState): void {
    this.#tile.show({
      name: name || 'You',
      label: 'You',
      hasCamera: isSending(local.camera),
      isMuted: !isSending(local.microphone),
      note: local.screen ? 'You are sharing your screen' : null,
      picture: this.#preview.show(local.camera),
    });
  }
}
