import type { Call, CallId } from '@switchboard/protocol';
import type { CallStore, ListCallsRequest, ListedCalls } from '../ports/call-store.ts';
import type { UserRef } from '../ports/user-store.ts';
import type { Calls } from './calls.ts';

export interface CallDirectoryDependencies {
  readonly store: CallStore;
  readonly calls: Calls;
}

/** The calls of the whole cluster as operators see them; see `RoomDirectory`. */
export class CallDirectory {
  readonly #dependencies: CallDirectoryDependencies;

  constructor(dependencies: CallDirectoryDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Those that ring or are accepted.
   *
   * @throws SignalingError `invalid_argument` for a cursor that no page has said.
   */
  list(request: ListCallsRequest): Promise<ListedCalls> {
    return this.#dependencies.store.list(request);
  }

  /**
   * Ends a call, which both of its users are told of.
   *
   * @param user one of the two: a call's id is its own among those of each of them.
   * @returns the call as it then is; null when the user has none of that id.
   */
  async end(user: UserRef, callId: CallId): Promise<Call | null> {
    const { calls } = this.#dependencies;
    const event = await calls.terminate(user, callId);
    if (event) await calls.spread(event);
    return event?.call ?? null;
  }
}
