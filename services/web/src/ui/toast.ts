import { find } from './find.ts';

/** How long a message stays, in ms. */
const shownMs = 4_000;

/** A message that comes and goes, and that screen readers say. */
export class Toast {
  readonly #element = find(document, '.toast', HTMLElement);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.#timer);
    this.#element.textContent = text;
    this.#element.classList.add('shown');
    this.#timer = setTimeout(() => {
      this.#element.classList.remove('shown');
      this.#element.textContent = '';
    }, shownMs);
  }
}
