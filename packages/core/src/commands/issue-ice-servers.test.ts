import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { userOf } from '../../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('SPEC 15.2: servers know a client by its peer id, whoever it is, and no longer than its token', async () => {
  const { execute, open } = await openCore();
  const guest = await open('guest');
  const ada = await open('peer-of-ada', { ...userOf('ada'), expiresAt: 17 });
  expect(execute(guest, 'ice:servers', {}).result).toEqual({
    iceServers: [{ urls: ['turn:turn.example'], username: 'guest' }],
  });
  expect(execute(ada, 'ice:servers', {}).result).toEqual({
    iceServers: [{ urls: ['turn:turn.example'], username: 'peer-of-ada' }],
    expiresAt: 17,
  });
});
