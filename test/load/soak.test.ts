/** The soak in short, so that what grows with every session is found before an hour is spent. */
import { expect, test } from 'vitest';
import { growthPerSession, soak } from './soak/soak.ts';

/** Of a run this short, what V8 itself gets to know makes up some hundred bytes a session. */
const mostBytesPerSession = 1_024;

test('what sessions leave behind in their nodes does not grow with their number', async () => {
  const samples = await soak({ minutes: 1, samples: 6, onSample: () => undefined });
  const growth = growthPerSession(samples);
  expect(growth, JSON.stringify(samples)).toBeLessThan(mostBytesPerSession);
}, 150_000);
