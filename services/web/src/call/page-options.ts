import type { Transport } from '@switchboard/client';

/** What the page's address asks for. */
export interface PageOptions {
  readonly room: string;
  readonly name: string;
  /** Undefined: Socket.IO's own choice. */
  readonly transports: readonly Transport[] | undefined;
}

const knownTransports: readonly Transport[] = ['polling', 'websocket', 'webtransport'];

/** Reads `?room=`, `?name=` and `?transports=` (a comma-separated list, in order of preference). */
export function readPageOptions(search: string): PageOptions {
  const query = new URLSearchParams(search);
  const wanted = query.get('transports')?.split(',') ?? [];
  const transports = wanted.flatMap((name) =>
    knownTransports.filter((known) => known === name.trim()),
  );
  return {
    room: query.get('room') || suggestRoom(),
    name: query.get('name') ?? '',
    transports: transports.length > 0 ? transports : undefined,
  };
}

/** The address that leads others into a room; it carries nobody's name. */
export function inviteLink(page: string, room: string): string {
  const url = new URL(page);
  url.search = new URLSearchParams({ room }).toString();
  url.hash = '';
  return url.href;
}

const first = [
  'amber',
  'bright',
  'calm',
  'clear',
  'early',
  'gentle',
  'green',
  'quiet',
  'silver',
  'warm',
];
const second = [
  'bay',
  'bridge',
  'field',
  'garden',
  'harbor',
  'lake',
  'meadow',
  'orchard',
  'river',
  'valley',
];
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Easy to say, and hard to guess: who knows the name of an open room can enter it. */
function suggestRoom(): string {
  const random = crypto.getRandomValues(new Uint32Array(10));
  const pick = (from: string | readonly string[], index: number) =>
    from[(random[index] ?? 0) % from.length];
  const code = Array.from({ length: 8 }, (_, index) => pick(letters, index + 2)).join('');
  return `${pick(first, 0)}-${pick(second, 1)}-${code}`;
}
