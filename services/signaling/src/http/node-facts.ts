import type { NodeFacts } from '@switchboard/dialects';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';

/** What a node says of itself over HTTP. @param port may not be known yet when a node starts. */
export function describeNode({ environment }: Config, port: () => number): NodeFacts {
  const startedAt = Date.now() - Math.round(process.uptime() * 1_000);
  return {
    version: manifest.version,
    environment,
    startedAt,
    get port() {
      return port();
    },
    get memory() {
      const { heapUsed: used, heapTotal: total } = process.memoryUsage();
      return { used, total };
    },
  };
}
