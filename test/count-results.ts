import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The part of Vitest's JSON report, in the shape of Jest's, that is looked at. */
const Report = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

const NO_REPORT = { numPassedTests: 0, testResults: [] };

/** Counts of tests, and of what failed otherwise. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts what Vitest's JSON report tells of a run.
 *
 * A file that failed although none of its tests did (it could not be read, or a hook threw) counts as
 * one failure. So does a run that went wrong for a reason that no file shows: an unhandled error, a
 * missing report, no test that ran.
 */
export async function countResults(reportPath: string, succeeded: boolean): Promise<Counts> {
  const text = await readFile(reportPath, 'utf8').catch(() => JSON.stringify(NO_REPORT));
  const { numPassedTests: passed, testResults } = Report.parse(JSON.parse(text));
  const failures = testResults.map(({ status, assertionResults }) => {
    const failedTests = assertionResults.filter((test) => test.status === 'failed').length;
    return status === 'failed' ? Math.max(failedTests, 1) : failedTests;
  });
  const failed = failures.reduce((sum, count) => sum + count, 0);
  const unexplained = failed === 0 && (!succeeded || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}
