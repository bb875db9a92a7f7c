import { JsonText } from '@switchboard/protocol';

/**
 * Packets of one namespace as the text of one WebSocket message: type 4 of Engine.IO protocol 4,
 * then type 2 (event) or 3 (answer) of Socket.IO protocol 5.
 */

/** `17["name",…]`: an id of a size that no client exceeds, then an array. */
const idAndArguments = /^(\d{0,15})(?=\[)/;

/** What Socket.IO lets no client say: a connection that does is closed by it. */
const reserved: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

export interface ParsedEvent {
  /** To be answered under; empty of an event that wants no answer. */
  readonly id: string;
  readonly name: string;
  readonly args: unknown[];
}

export class PacketText {
  readonly #eventStart: string;
  readonly #eventStartBytes: Buffer;
  readonly #answerStart: string;

  constructor(namespace: string) {
    const named = namespace === '/' ? '' : `${namespace},`;
    this.#eventStart = `42${named}`;
    this.#eventStartBytes = Buffer.from(this.#eventStart);
    this.#answerStart = `43${named}`;
  }

  event(name: string, args: readonly unknown[]): string {
    let text = `${this.#eventStart}[${JSON.stringify(name)}`;
    for (const each of args) text += `,${jsonOf(each)}`;
    return `${text}]`;
  }

  answer(id: string, args: readonly unknown[]): string {
    return `${this.#answerStart}${id}${JSON.stringify(args)}`;
  }

  /**
   * An event; null for everything else, and for what is malformed: that is Socket.IO's to deal
   * with.
   */
  parseEvent(bytes: Buffer): ParsedEvent | null {
    const start = this.#eventStartBytes;
    if (bytes.length <= start.length) return null;
    for (let index = 0; index < start.length; index++) {
      if (bytes[index] !== start[index]) return null;
    }
    const text = bytes.toString('utf8', start.length);
    const id = idAndArguments.exec(text)?.[1];
    if (id === undefined) return null;
    const packet = parseList(id === '' ? text : text.slice(id.length));
    const name = packet?.[0];
    if (!packet || typeof name !== 'string' || reserved.has(name)) return null;
    packet.shift();
    return { id, name, args: packet };
  }
}

/** Of one argument: `data` that is a text already is not read, and written again. */
function jsonOf(argument: unknown): string {
  const data = (argument as { readonly data?: unknown } | null | undefined)?.data;
  if (!(data instanceof JsonText)) return JSON.stringify(argument);
  const { data: _, ...rest } = argument as { readonly data: JsonText };
  const members = JSON.stringify(rest).slice(1, -1);
  return `{${members === '' ? '' : `${members},`}"data":${data.text}}`;
}

/** @returns null for what is no JSON. */
function parseList(text: string): unknown[] | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
