import { Writable } from 'node:stream';
import { NodeId } from '@switchboard/protocol';
import { waitUntil } from '@switchboard/testkit';
import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';

/** A logger of each environment, and what it has written. */
async function open(environment: 'development' | 'production') {
  let text = '';
  const destination = new Writable({
    write: (chunk, _, done) => {
      text += chunk;
      done();
    },
  });
  const nodeId = NodeId.parse('n1');
  const logger = await createLogger({ environment, logLevel: 'trace', nodeId }, destination);
  /** All of it, which on its way to people takes a moment. */
  const written = () => {
    logger.info('that is all');
    return waitUntil(
      () => text,
      (lines) => lines.includes('that is all'),
      { what: 'the log' },
    );
  };
  return { logger, written };
}

const mark = 'mark-that-nobody-may-see';
const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(mark).toString('base64url')}.${'s'.repeat(43)}`;

describe.each(['development', 'production'] as const)('the log in %s', (environment) => {
  test.each([
    ['a token', { token: mark }],
    ['a handshake', { socket: { handshake: { auth: { token: mark, pid: mark } } } }],
    ['headers', { req: { headers: { authorization: mark, cookie: mark } } }],
    ['the header of servers', { headers: { 'x-internal-secret': mark } }],
    ['a configuration', { config: { auth: { jwtSecret: mark, internalSecret: mark } } }],
    ['a session description', { signal: { data: { type: 'offer', sdp: mark } } }],
    ['a candidate', { data: { candidate: mark } }],
    ['a command of Redis', { err: Object.assign(new Error('no'), { command: { args: [mark] } }) }],
    ['what was thrown that is no error', { err: { text: mark } }],
  ])('has no %s in it, should somebody log one', async (_, object) => {
    const { logger, written } = await open(environment);
    logger.info(object, 'something happened');
    const text = await written();
    expect(text).toContain('something happened');
    expect(text).not.toContain(mark);
  });

  test('has no token in its texts', async () => {
    const { logger, written } = await open(environment);
    logger.info({ url: `/socket.io/?EIO=4&token=${mark}&transport=polling` }, 'a request');
    logger.warn({ err: new Error(`could not read ${token}, of somebody`) }, 'a token');
    logger.info(`a token, ${token}`);
    const text = await written();
    expect(text).not.toContain(mark);
    expect(text).not.toContain(token.split('.')[1]);
    expect(text).toContain('transport=polling');
    expect(text).toContain('of somebody');
  });

  test('has what is no secret in it', async () => {
    const { logger, written } = await open(environment);
    logger.info({ session: 'peer-1', command: 'room:join', code: 'forbidden' }, 'refused');
    const text = await written();
    for (const word of ['peer-1', 'room:join', 'forbidden', 'refused']) {
      expect(text).toContain(word);
    }
  });
});
