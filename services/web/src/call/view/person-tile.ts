import { find, fromTemplate } from '../../ui/find.ts';
import { playStream } from './play-stream.ts';

/** What a tile shows of one person. */
export interface Person {
  readonly name: string;
  /** Shown instead of the name to the person who is looking. */
  readonly label?: string;
  readonly hasCamera: boolean;
  readonly isMuted: boolean;
  /** What to say over the picture, when something is not as it should be. */
  readonly note: string | null;
  readonly picture: MediaStream | null;
}

/** One person's picture, or their initials while there is none, with their name. */
export class PersonTile {
  readonly element = fromTemplate('#person-tile', HTMLElement);
  readonly video = find(this.element, 'video', HTMLVideoElement);
  readonly #avatar = find(this.element, '.avatar', HTMLElement);
  readonly #off = find(this.element, '.tile-off', HTMLElement);
  readonly #note = find(this.element, '.tile-note', HTMLElement);
  readonly #name = find(this.element, '[data-part=name]', HTMLElement);
  readonly #muted = find(this.element, '[data-part=muted]', SVGElement);

  show({ name, label, hasCamera, isMuted, note, picture }: Person): void {
    this.#name.textContent = label ?? name;
    this.#avatar.textContent = initialsOf(name);
    this.#avatar.dataset['tint'] = `${tintOf(name)}`;
    this.#off.hidden = hasCamera;
    this.#muted.classList.toggle('hidden', !isMuted);
    this.#note.hidden = note === null;
    this.#note.textContent = note;
    this.video.setAttribute('aria-label', hasCamera ? `Picture of ${name}` : `Voice of ${name}`);
    playStream(this.video, picture);
  }
}

const segmenter = new Intl.Segmenter();

/** First letters of the first and the last word; a letter may be several code units. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  const letters = ends.map((word = '') => segmenter.segment(word).containing(0)?.segment ?? '');
  return letters.join('').toLocaleUpperCase();
}

/** The same name always has the same colour, from 0 to 5. */
function tintOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return sum % 6;
}
