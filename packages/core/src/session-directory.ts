import type { PeerId, TenantId } from '@switchboard/protocol';
import type { Endings } from './endings.ts';
import type { Observer } from './ports/observer.ts';
import type {
  ListedSessions,
  ListSessionsRequest,
  SessionRegistry,
} from './ports/session-registry.ts';

export interface SessionDirectoryDependencies {
  readonly registry: SessionRegistry;
  readonly endings: Endings;
  readonly observer: Observer;
}

/** The sessions of the whole cluster as operators see them; see `RoomDirectory`. */
export class SessionDirectory {
  readonly #dependencies: SessionDirectoryDependencies;

  constructor(dependencies: SessionDirectoryDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws SignalingError `invalid_argument` for a cursor that no page has said. */
  list(request: ListSessionsRequest): Promise<ListedSessions> {
    return this.#dependencies.registry.list(request);
  }

  total(tenant: TenantId): Promise<number> {
    return this.#dependencies.registry.total(tenant);
  }

  /**
   * Ends a session, on whichever node it is: it leaves its rooms, and its client is told and
   * stays away.
   *
   * @returns whether there was one.
   */
  async disconnect(tenant: TenantId, peerId: PeerId): Promise<boolean> {
    const { registry, endings, observer } = this.#dependencies;
    const ending = await registry.evict(tenant, peerId);
    if (!ending) return false;
    observer.sessionEnded('evicted');
    await endings.carryOut(ending, 'disconnected');
    return true;
  }
}
