import { type Cursor, SignalingError } from '@switchboard/protocol';

/** A page goes on behind a name; a colon shows that a cursor is one of ours. */
export function parseCursor(cursor: Cursor): string {
  if (cursor.length > 1 && cursor.startsWith(':')) return cursor.slice(1);
  throw new SignalingError('invalid_argument', {
    message: 'The cursor is none that a page has said.',
    path: ['cursor'],
  });
}
