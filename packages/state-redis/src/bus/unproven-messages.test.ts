import { expect, test } from 'vitest';
import { UnprovenMessages } from './unproven-messages.ts';

test('a message is kept until Redis has answered twice since it was written', () => {
  const unproven = new UnprovenMessages();
  unproven.add('a');
  unproven.add('bc');
  unproven.markRead(2);
  unproven.add('d');
  expect([unproven.count, unproven.length]).toEqual([3, 4]);
  unproven.markRead(3);
  expect([unproven.count, unproven.length]).toEqual([1, 1]);
  // Nothing more was written: the next answer leaves nothing in doubt.
  unproven.markRead(1);
  expect([unproven.count, unproven.length]).toEqual([0, 0]);
});

test('what a lost connection leaves says nothing about the next one', () => {
  const unproven = new UnprovenMessages();
  unproven.add('a');
  unproven.markRead(1);
  expect(unproven.takeAll()).toEqual(['a']);
  unproven.add('b');
  unproven.markRead(1);
  expect(unproven.takeAll()).toEqual(['b']);
});
