import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';

interface Events {
  counted: { readonly n: number };
  ended: undefined;
}

test('calls handlers in order, until they are unsubscribed', () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  const off = emitter.on('counted', ({ n }) => seen.push(`first ${n}`));
  emitter.on('counted', ({ n }) => seen.push(`second ${n}`));
  emitter.emit('counted', { n: 1 });
  off();
  off();
  emitter.emit('counted', { n: 2 });
  expect(seen).toEqual(['first 1', 'second 1', 'second 2']);
});

test('calls a handler of once one time, even when it emits again', () => {
  const emitter = new Emitter<Events>();
  const seen: number[] = [];
  emitter.once('counted', ({ n }) => {
    seen.push(n);
    emitter.emit('counted', { n: n + 1 });
  });
  emitter.emit('counted', { n: 1 });
  expect(seen).toEqual([1]);
});

test('a handler that throws stops neither the others nor the emitting code', async () => {
  const emitter = new Emitter<Events>();
  const thrown = Promise.withResolvers<unknown>();
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.resolve(error));
  const seen: string[] = [];
  emitter.on('ended', () => {
    throw new Error('a bug of the application');
  });
  emitter.on('ended', () => seen.push('second'));
  emitter.emit('ended', undefined);
  expect(seen).toEqual(['second']);
  await expect(thrown.promise).resolves.toMatchObject({ message: 'a bug of the application' });
  for (const listener of others) process.on('uncaughtException', listener);
});
