import { describe } from 'vitest';
import { busContract } from './bus-contract.ts';
import type { StateBackend } from './harness.ts';
import { roomStoreContract } from './room-store-contract.ts';

export type { RecordingNode, StateBackend } from './harness.ts';
export { openNodes } from './harness.ts';
export { Recorder } from './recorder.ts';
export * from './requests.ts';

/** Everything that an implementation of the state must do, run on a fresh backend each time. */
export function describeStateContract(
  name: string,
  createBackend: () => Promise<StateBackend>,
): void {
  describe(`${name} as RoomStore`, () => roomStoreContract(createBackend));
  describe(`${name} as Bus`, () => busContract(createBackend));
}
