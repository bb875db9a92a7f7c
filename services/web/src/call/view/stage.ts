import type { PeerId } from '@switchboard/client';
import { find, fromTemplate } from '../../ui/find.ts';
import type { CallState, RemoteParticipant } from '../call-state.ts';
import { inviteLink } from '../page-options.ts';
import { linkInWords } from '../plain-words.ts';
import { arrangementOf, bestColumns } from './layout.ts';
import { OwnTile } from './own-tile.ts';
import { playStream } from './play-stream.ts';
import { RemoteTile } from './remote-tile.ts';

/** The pictures of a call: everybody in it, and the screens they share. */
export class Stage {
  readonly #element = find(document, '.stage', HTMLElement);
  readonly #own = new OwnTile();
  readonly #invite = fromTemplate('#invite-tile', HTMLElement);
  readonly #people = new Map<PeerId, RemoteTile>();
  readonly #screens = new Map<PeerId, HTMLElement>();
  #roomId = '';

  constructor() {
    new ResizeObserver(() => this.#arrange()).observe(this.#element);
  }

  show(state: CallState): void {
    if (state.phase.phase === 'in-call') this.#roomId = state.phase.roomId;
    const isOn = state.phase.phase === 'in-call';
    const others = isOn ? state.others : [];
    this.#own.show(state);
    this.#showPeople(others);
    this.#showScreens(
      others.filter(({ media, streams }) => media.screen && played(streams.screen)),
    );
    const link = find(this.#invite, '.invite-link', HTMLElement);
    link.textContent = inviteLink(location.href, this.#roomId);
    this.#place();
    this.#arrange();
  }

  #showPeople(others: readonly RemoteParticipant[]): void {
    forgetAllBut(this.#people, others, (tile) => tile.element.remove());
    for (const other of others) {
      const tile = this.#people.get(other.peerId) ?? this.#addPerson(other);
      const { name, media, streams } = other;
      tile.show({
        name,
        hasCamera: media.camera && played(streams.camera) !== null,
        isMuted: !media.microphone,
        note: linkInWords(other),
        picture: played(streams.camera),
        voice: played(streams.microphone),
        link: other.link,
      });
    }
  }

  #addPerson({ peerId }: RemoteParticipant): RemoteTile {
    const tile = new RemoteTile(peerId);
    this.#people.set(peerId, tile);
    return tile;
  }

  #showScreens(sharing: readonly RemoteParticipant[]): void {
    forgetAllBut(this.#screens, sharing, (tile) => tile.remove());
    for (const { peerId, name, streams } of sharing) {
      const tile = this.#screens.get(peerId) ?? fromTemplate('#screen-tile', HTMLElement);
      this.#screens.set(peerId, tile);
      const video = find(tile, 'video', HTMLVideoElement);
      video.dataset['testid'] = 'remote-screen';
      video.dataset['peerId'] = peerId;
      video.setAttribute('aria-label', `Screen of ${name}`);
      find(tile, '[data-part=name]', HTMLElement).textContent = `${name}’s screen`;
      playStream(video, streams.screen);
    }
  }

  /** Adds what is missing; a tile that is in place is not moved, because moving stops its video. */
  #place(): void {
    const isAlone = this.#people.size === 0;
    const people = [...this.#people.values()].map(({ element }) => element);
    const wanted = [...this.#screens.values(), ...people, this.#own.element];
    for (const tile of isAlone ? [...wanted, this.#invite] : wanted) {
      if (tile.parentElement !== this.#element) this.#element.append(tile);
    }
    if (!isAlone) this.#invite.remove();
  }

  #arrange(): void {
    const people = this.#people.size;
    const arrangement = arrangementOf(people, this.#screens.size);
    this.#element.dataset['arrangement'] = arrangement;
    const { clientWidth: width, clientHeight: height } = this.#element;
    const columns = bestColumns(people + 1, { width, height });
    this.#element.style.setProperty('--columns', `${columns}`);
    this.#element.style.setProperty('--screens', `${this.#screens.size}`);
  }
}

/** A stream that has nothing to play is not to be played. */
const played = (stream: MediaStream): MediaStream | null =>
  stream.getTracks().length > 0 ? stream : null;

function forgetAllBut<Tile>(
  tiles: Map<PeerId, Tile>,
  kept: readonly RemoteParticipant[],
  remove: (tile: Tile) => void,
): void {
  const ids = new Set(kept.map(({ peerId }) => peerId));
  for (const [peerId, tile] of tiles) {
    if (ids.has(peerId)) continue;
    tiles.delete(peerId);
    remove(tile);
  }
}
