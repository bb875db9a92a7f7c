import type { PeerId } from '@switchboard/client';
import { fromTemplate } from '../../ui/find.ts';
import { type Person, PersonTile } from './person-tile.ts';
import { playStream } from './play-stream.ts';

/** What a tile shows of somebody else. */
export interface RemotePerson extends Person {
  readonly voice: MediaStream | null;
  /** How the direct connection is doing; for style sheets and tests. */
  readonly link: RTCPeerConnectionState;
}

/** Somebody else's picture and voice. */
export class RemoteTile {
  readonly #tile = new PersonTile();
  readonly #voice = fromTemplate('#voice', HTMLAudioElement);

  constructor(peerId: PeerId) {
    const { element, video } = this.#tile;
    element.append(this.#voice);
    const names = [
      [element, 'remote'],
      [video, 'remote-video'],
      [this.#voice, 'remote-audio'],
    ] as const;
    for (const [part, name] of names) {
      part.dataset['testid'] = name;
      part.dataset['peerId'] = peerId;
    }
  }

  get element(): HTMLElement {
    return this.#tile.element;
  }

  show(person: RemotePerson): void {
    this.#tile.show(person);
    this.element.dataset['link'] = person.link;
    playStream(this.#voice, person.voice);
  }
}
