import type { NodeReport } from '@switchboard/core';

/** What a node says of itself that has nothing to do, but for what is given. */
export const nodeReport = (given: Partial<NodeReport> = {}): NodeReport => ({
  ...{ connections: 0, rooms: 0, startedAt: 1_700_000_000_000, drainingSince: null },
  ...given,
});
