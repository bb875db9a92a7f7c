import { expect, test } from 'vitest';
import { inviteLink, readPageOptions } from './page-options.ts';

test('the address names room, name and transports', () => {
  expect(readPageOptions('?room=team%2042&name=Ann&transports=polling,websocket')).toEqual({
    room: 'team 42',
    name: 'Ann',
    transports: ['polling', 'websocket'],
  });
});

test.each(['', '?transports=', '?transports=carrier-pigeon'])(
  'without transports that there are (%j), Socket.IO chooses',
  (search) => {
    expect(readPageOptions(search).transports).toBeUndefined();
  },
);

test('without a room one is suggested, another one every time', () => {
  const rooms = Array.from({ length: 100 }, () => readPageOptions('').room);
  expect(new Set(rooms).size).toBe(100);
  for (const room of rooms) expect(room).toMatch(/^[a-z]+-[a-z]+-[a-z2-9]{8}$/);
});

test('an invitation leads to the room, and says nothing else', () => {
  const page = 'https://calls.example.org/?room=old&name=Ann&transports=polling#top';
  expect(inviteLink(page, 'a & b')).toBe('https://calls.example.org/?room=a+%26+b');
});
