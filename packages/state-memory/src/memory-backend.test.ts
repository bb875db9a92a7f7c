import { describeStateContract } from '@switchboard/testkit/contracts';
import { MemoryBackend } from './memory-backend.ts';

describeStateContract('memory', async ({ leaseMs }) => {
  const backend = new MemoryBackend({ leaseMs });
  return {
    connect: async (node) => backend.connect(node),
    [Symbol.asyncDispose]: async () => {},
  };
});
