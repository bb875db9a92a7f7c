import { SignalingError } from '@switchboard/protocol';

/** Answers of a Redis that is there but cannot serve just now. */
const passing = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS) /;

/**
 * What a failed command means: without an answer, or with one that will pass, the cluster is
 * unavailable; any other answer is a bug of ours and stays what it is.
 */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof Error && error.name === 'ReplyError' && !passing.test(error.message)) {
    return error;
  }
  return new SignalingError('unavailable', { cause: error });
}
