import { type DeviceState, deviceKinds } from '../../media/device.ts';
import { isSending } from '../../media/local-media.ts';
import { find } from '../../ui/find.ts';
import type { CallState } from '../call-state.ts';
import type { PageOptions } from '../page-options.ts';
import { deviceInWords } from '../plain-words.ts';
import { LocalPreview } from './local-preview.ts';
import { playStream } from './play-stream.ts';

/** The way in: who one is, where to, and how one will look. */
export class Lobby {
  readonly #element = find(document, '[data-view=lobby]', HTMLElement);
  readonly #form = find(this.#element, 'form', HTMLFormElement);
  readonly #name = find(this.#form, '[name=name]', HTMLInputElement);
  readonly #room = find(this.#form, '[name=room]', HTMLInputElement);
  readonly #join = find(this.#form, '[type=submit]', HTMLButtonElement);
  readonly #problem = find(this.#form, '.problem', HTMLElement);
  readonly #video = find(this.#element, 'video', HTMLVideoElement);
  readonly #off = find(this.#element, '[data-part=preview-off]', HTMLElement);
  readonly #offText = find(this.#element, '[data-part=preview-text]', HTMLElement);
  readonly #notes = find(this.#element, '.device-notes', HTMLElement);
  readonly #preview = new LocalPreview();
  #shownNotes = '';

  constructor(options: PageOptions, onJoin: (roomId: string, name: string) => void) {
    this.#name.value = options.name;
    this.#room.value = options.room;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      onJoin(this.#room.value.trim(), this.#name.value.trim());
    });
    if (!options.name) this.#name.focus();
  }

  show({ phase, local }: CallState): void {
    const isJoining = phase.phase === 'joining';
    this.#join.disabled = isJoining;
    this.#join.textContent = isJoining ? 'Joining…' : 'Join';
    const problem = phase.phase === 'lobby' ? phase.problem : null;
    this.#problem.hidden = problem === null;
    if (this.#problem.textContent !== problem) this.#problem.textContent = problem;

    playStream(this.#video, this.#preview.show(local.camera));
    this.#off.hidden = isSending(local.camera);
    this.#offText.textContent = previewText(local.camera);
    const notes = deviceKinds.flatMap((kind) => deviceInWords(kind, local[kind]) ?? []);
    if (notes.join() !== this.#shownNotes) this.#showNotes(notes);
  }

  #showNotes(notes: readonly string[]): void {
    this.#shownNotes = notes.join();
    this.#notes.replaceChildren(
      ...notes.map((note) => {
        const item = document.createElement('li');
        item.textContent = note;
        return item;
      }),
    );
  }
}

const previewText = ({ state }: DeviceState): string =>
  state === 'starting' ? 'Your camera is starting…' : 'Your camera is off';
