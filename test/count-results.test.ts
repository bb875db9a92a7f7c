import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countResults } from './count-results.ts';

const passed = { status: 'passed' };
const failed = { status: 'failed' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-count-'));
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  {
    title: 'tests that passed and tests that failed',
    numPassedTests: 2,
    testResults: [{ status: 'failed', assertionResults: [passed, failed, passed, failed] }],
    succeeded: false,
    counted: { passed: 2, failed: 2 },
  },
  {
    title: 'a file that could not be read as a failure',
    numPassedTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [passed] },
      { status: 'failed', assertionResults: [] },
    ],
    succeeded: false,
    counted: { passed: 1, failed: 1 },
  },
  {
    title: 'an error outside every file as a failure',
    numPassedTests: 1,
    testResults: [{ status: 'passed', assertionResults: [passed] }],
    succeeded: false,
    counted: { passed: 1, failed: 1 },
  },
  {
    title: 'nothing at all as a failure',
    numPassedTests: 0,
    testResults: [],
    succeeded: true,
    counted: { passed: 0, failed: 1 },
  },
  {
    title: 'a clean run',
    numPassedTests: 1,
    testResults: [{ status: 'passed', assertionResults: [passed] }],
    succeeded: true,
    counted: { passed: 1, failed: 0 },
  },
])('counts $title', async ({ title, numPassedTests, testResults, succeeded, counted }) => {
  const report = join(folder, `${title}.json`);
  await writeFile(report, JSON.stringify({ numPassedTests, testResults }));
  await expect(countResults(report, succeeded)).resolves.toEqual(counted);
});

it('counts a run without a report as a failure', async () => {
  const counts = await countResults(join(folder, 'missing.json'), true);
  expect(counts).toEqual({ passed: 0, failed: 1 });
});
