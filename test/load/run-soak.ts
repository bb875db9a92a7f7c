/**
 * Churn for an hour, to see whether anything grows with it:
 * `npm run soak -- [--minutes 60] [--samples 20] [--out folder]`. Fails when it does.
 */
import { parseArgs } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';
import { render } from './report/render.ts';
import { writeResults } from './report/results.ts';
import { growthPerSession, soak } from './soak/soak.ts';

/** A session whose record is kept takes thousands. */
const mostBytesPerSession = 100;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    samples: { type: 'string', default: '20' },
    out: { type: 'string', default: repositoryPath('test/load/results') },
  },
});
const samples = await soak({
  minutes: Number(values.minutes),
  samples: Number(values.samples),
  onSample: (sample) => console.log(JSON.stringify(sample)),
});
const growth = growthPerSession(samples);
console.log(`grown by ${growth.toFixed(0)} bytes a session; ${mostBytesPerSession} at most`);
await writeResults(values.out, 'soak', { samples, growth });
await render(repositoryPath('test/load'));
process.exit(growth > mostBytesPerSession ? 1 : 0);
