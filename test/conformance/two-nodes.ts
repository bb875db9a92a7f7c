import type { DialectName } from '@switchboard/dialects';
import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { DialectClient, type DialectClientOptions } from './dialect-client.ts';

export type NodeName = 'n1' | 'n2';

/** Two nodes while the tests of a file run, and clients of one dialect at either of them. */
export function onTwoNodes(dialect: DialectName) {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startNodes({ nodes: 2 });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });
  return {
    connect: (node: NodeName, by: DialectClientOptions['by'] = 'namespace') => {
      if (!cluster) throw new Error('the nodes are not there yet');
      return DialectClient.connect(cluster.node(node).url, { dialect, by });
    },
  };
}
