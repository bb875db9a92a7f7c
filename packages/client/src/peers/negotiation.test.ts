import { expect, test } from 'vitest';
import { FakePeerConnection } from '../testing/fake-peer-connection.ts';
import { type Description, Negotiation } from './negotiation.ts';

/** One side, with what it has to say kept until it is asked for. */
const side = (isPolite: boolean) => {
  const connection = new FakePeerConnection();
  const said: Description[] = [];
  const send = (description: Description) => said.push(description);
  const beforeAnswer = async () => undefined;
  const negotiation = new Negotiation({
    connection,
    isPolite: () => isPolite,
    beforeAnswer,
    send,
  });
  connection.addTransceiver('video');
  return { connection, negotiation, said };
};

const take = (from: { said: Description[] }): Description => {
  const description = from.said.shift();
  if (!description) throw new Error('nothing was said');
  return description;
};

test('of two offers that cross, the impolite side’s counts and the polite side answers it', async () => {
  const polite = side(true);
  const impolite = side(false);
  await Promise.all([polite.negotiation.negotiate(), impolite.negotiation.negotiate()]);
  const [lost, counts] = [take(polite), take(impolite)];
  await expect(impolite.negotiation.receive(lost)).resolves.toBe(false);
  await expect(polite.negotiation.receive(counts)).resolves.toBe(true);
  const answer = take(polite);
  expect(answer.type).toBe('answer');
  await expect(impolite.negotiation.receive(answer)).resolves.toBe(true);
  expect([polite, impolite].map(({ connection }) => connection.signalingState)).toEqual([
    'stable',
    'stable',
  ]);
  expect([...polite.said, ...impolite.said]).toEqual([]);
});

test('an offer that comes while one’s own is being made collides with it', async () => {
  const impolite = side(false);
  const other = side(true);
  await other.negotiation.negotiate();
  const making = impolite.negotiation.negotiate();
  expect(impolite.connection.signalingState).toBe('stable');
  await expect(impolite.negotiation.receive(take(other))).resolves.toBe(false);
  await making;
  expect(take(impolite).type).toBe('offer');
});

test('an offer right behind an answer is no collision, though the answer is still being set', async () => {
  const impolite = side(false);
  const other = side(true);
  await impolite.negotiation.negotiate();
  await other.negotiation.receive(take(impolite));
  const answer = take(other);
  await other.negotiation.negotiate();
  const setting = impolite.negotiation.receive(answer);
  expect(impolite.connection.signalingState).toBe('have-local-offer');
  await expect(impolite.negotiation.receive(take(other))).resolves.toBe(true);
  await setting;
  expect(take(impolite).type).toBe('answer');
});

test('candidates of an ignored offer are not missed, and those of another one not lost', async () => {
  const impolite = side(false);
  const other = side(true);
  await Promise.all([impolite.negotiation.negotiate(), other.negotiation.negotiate()]);
  await impolite.negotiation.receive(take(other));
  await impolite.negotiation.receiveCandidate({ candidate: 'ignored', usernameFragment: '1' });
  await other.negotiation.receive(take(impolite));
  await impolite.negotiation.receive(take(other));
  expect(impolite.connection.candidates).toEqual([]);
  await impolite.negotiation.receiveCandidate({ candidate: 'good', usernameFragment: '2' });
  expect(impolite.connection.candidates).toEqual(['good']);
});
