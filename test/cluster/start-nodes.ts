import { type Cluster, type ClusterOptions, startCluster } from '@switchboard/testkit';

/**
 * Nodes on one Redis, to be reached one by one and not through a balancer. They stop without
 * waiting for clients to move elsewhere: here there is nobody left by then.
 */
export const startNodes = ({ env = {}, ...options }: ClusterOptions = {}): Promise<Cluster> =>
  startCluster({
    balancer: false,
    env: { DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0', ...env },
    ...options,
  });
