import { describe } from 'vitest';
import { annotationsContract } from './annotations-contract.ts';
import { busContract } from './bus-contract.ts';
import { callListContract } from './call-list-contract.ts';
import { callModelContract } from './call-model-contract.ts';
import { callStoreContract } from './call-store-contract.ts';
import { chatContract } from './chat-contract.ts';
import type { StateBackend } from './harness.ts';
import { leaseStoreContract } from './lease-store-contract.ts';
import { oneUserContract } from './one-user-contract.ts';
import { roomEndContract } from './room-end-contract.ts';
import { roomListContract } from './room-list-contract.ts';
import { roomRecordsContract } from './room-records-contract.ts';
import { roomStoreContract } from './room-store-contract.ts';
import { sessionRegistryContract } from './session-registry-contract.ts';
import { sessionStoreContract } from './session-store-contract.ts';
import { userStoreContract } from './user-store-contract.ts';

export type { RecordingNode, StateBackend } from './harness.ts';
export { asRead, openNodes } from './harness.ts';
export { nodeReport } from './node-reports.ts';
export { profile } from './profiles.ts';
export { Recorder } from './recorder.ts';
export * from './requests.ts';

/** Everything that an implementation of the state must do, run on a fresh backend each time. */
export function describeStateContract(
  name: string,
  createBackend: (options: { leaseMs: number }) => Promise<StateBackend>,
): void {
  const createPatient = () => createBackend({ leaseMs: 60_000 });
  describe(`${name} as RoomStore`, () => roomStoreContract(createPatient));
  describe(`${name} with one user twice`, () => oneUserContract(createPatient));
  describe(`${name} as RoomChat`, () => chatContract(createPatient));
  describe(`${name} as RoomAnnotations`, () => annotationsContract(createPatient));
  describe(`${name} as RoomRecords: preparing`, () => roomRecordsContract(createPatient));
  describe(`${name} as RoomRecords: ending`, () => roomEndContract(createPatient));
  describe(`${name} as RoomRecords: lists`, () => roomListContract(createPatient));
  describe(`${name} as SessionStore`, () => sessionStoreContract(createPatient));
  describe(`${name} as UserStore`, () => userStoreContract(createBackend));
  describe(`${name} as CallStore`, () => callStoreContract(createPatient));
  describe(`${name} as CallStore: a model`, () => callModelContract(createPatient));
  describe(`${name} as CallStore: lists`, () => callListContract(createPatient));
  describe(`${name} as SessionRegistry`, () => sessionRegistryContract(createPatient));
  describe(`${name} as LeaseStore`, () => leaseStoreContract(createBackend));
  describe(`${name} as Bus`, () => busContract(createPatient));
}
