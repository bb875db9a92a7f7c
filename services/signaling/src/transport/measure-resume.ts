import { type ErrorCode, SignalingError } from '@switchboard/protocol';
import type { Metrics } from '../observability/metrics/metrics.ts';
import type { ResumeOutcome } from '../observability/metrics/session-metrics.ts';
import type { Admission } from './admission.ts';

const refusals: { readonly [K in ErrorCode]?: ResumeOutcome } = {
  session_forbidden: 'forbidden',
  session_replaced: 'replaced',
  unauthenticated: 'unauthenticated',
  token_expired: 'unauthenticated',
};

/** Counts what becomes of a client that has come back for its session, and how long that takes. */
export async function measureResume(
  { sessions }: Metrics,
  admit: () => Promise<Admission>,
): Promise<Admission> {
  const startedAt = performance.now();
  try {
    const admission = await admit();
    const outcome = admission.kind === 'resumed' ? 'resumed' : 'unavailable';
    sessions.resumes.inc({ outcome });
    if (outcome === 'resumed') {
      sessions.resumeDuration.observe((performance.now() - startedAt) / 1_000);
    }
    return admission;
  } catch (error) {
    const refusal = error instanceof SignalingError ? refusals[error.code] : undefined;
    sessions.resumes.inc({ outcome: refusal ?? 'unavailable' });
    throw error;
  }
}
