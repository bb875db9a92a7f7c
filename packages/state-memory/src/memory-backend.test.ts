import { describeStateContract } from '@switchboard/testkit/contracts';
import { MemoryBackend } from './memory-backend.ts';

describeStateContract('memory', async () => {
  const backend = new MemoryBackend();
  return {
    connect: async (node) => backend.connect(node),
    [Symbol.asyncDispose]: async () => {},
  };
});
