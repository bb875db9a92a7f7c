import { find } from '../../ui/find.ts';
import type { CallState } from '../call-state.ts';
import { connectionInWords } from '../plain-words.ts';
import { playBlocked } from './play-stream.ts';

/** The frame around the pictures: which view is on, the name of the room, and the connection. */
export class CallView {
  readonly #lobby = find(document, '[data-view=lobby]', HTMLElement);
  readonly #call = find(document, '[data-view=call]', HTMLElement);
  readonly #roomName = find(this.#call, '.room-name', HTMLElement);
  readonly #connection = find(this.#call, '.connection', HTMLElement);
  readonly #unlock = find(this.#call, '.unlock', HTMLButtonElement);

  constructor() {
    this.#call.addEventListener(playBlocked, () => {
      this.#unlock.hidden = false;
    });
    this.#unlock.addEventListener('click', () => {
      this.#unlock.hidden = true;
      for (const element of this.#call.querySelectorAll('audio')) void element.play();
    });
  }

  show(state: CallState): void {
    const { phase } = state;
    const isInCall = phase.phase === 'in-call';
    if (this.#call.hidden === isInCall) this.#switch(isInCall);
    document.body.dataset['phase'] = phase.phase;
    if (!isInCall) return;
    this.#roomName.textContent = phase.roomId;
    document.title = `${phase.roomId} – Switchboard call`;
    const { text, tone } = connectionInWords(state);
    // A live region speaks whenever it is written to, so it is written to only when it changes.
    if (this.#connection.textContent !== text) this.#connection.textContent = text;
    this.#connection.dataset['tone'] = tone;
  }

  /** The focus goes where the work goes on: it would be lost with the view that is hidden. */
  #switch(isInCall: boolean): void {
    this.#call.hidden = !isInCall;
    this.#lobby.hidden = isInCall;
    this.#unlock.hidden = true;
    const next = isInCall ? '[data-testid=mute]' : '[data-testid=join]';
    find(document, next, HTMLButtonElement).focus();
  }
}
