import { find } from '../ui/find.ts';

/** So many are kept; the oldest go. */
const most = 200;

const spoken = { in: 'received', out: 'sent' } as const;

/** By which something is refused, in the protocol or before it. */
const refusals = new Set(['error', 'connect_error']);

/** What has happened, the latest at the end, in sight unless one has scrolled back. */
export class EventLog {
  readonly #list = find(document, '[role=log]', HTMLOListElement);
  #isFollowing = true;

  constructor() {
    this.#list.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#list;
      this.#isFollowing = scrollHeight - scrollTop - clientHeight < 40;
    });
  }

  add(direction: keyof typeof spoken, name: string, payload?: unknown): void {
    const list = this.#list;
    const entry = document.createElement('li');
    entry.className = `entry ${refusals.has(name) ? 'refusal' : direction}`;
    const time = part('time', new Date().toLocaleTimeString());
    entry.append(time, part('span', spoken[direction], 'direction'), part('strong', name));
    if (payload !== undefined) entry.append(part('code', JSON.stringify(payload)));
    list.append(entry);
    while (list.childElementCount > most) list.firstElementChild?.remove();
    if (this.#isFollowing) list.scrollTop = list.scrollHeight;
  }

  clear(): void {
    this.#list.replaceChildren();
  }
}

function part(tag: string, text: string, className = ''): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}
