/**
 * The one clock that all nodes share, as well as this node can read it without asking. It is for
 * measuring how long something took from one node to another; no rule may depend on it.
 */
export interface ClusterClock {
  /**
   * @param moment of this process, as `performance.now()` says it.
   * @returns the same moment in milliseconds since one that is the same for all nodes.
   */
  at(moment: number): number;
  /** By how much that may be wrong; infinite until the clock has been heard of. */
  readonly errorMs: number;
}
