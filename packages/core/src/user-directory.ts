import type { TenantId, UserId, UserPresence } from '@switchboard/protocol';
import type { UserStore } from './ports/user-store.ts';

/** The users of the whole cluster as servers see them; see `RoomDirectory`. */
export class UserDirectory {
  readonly #users: UserStore;

  constructor(users: UserStore) {
    this.#users = users;
  }

  /**
   * How users are, in the order of the question. The store answers those who watch: for a while
   * this node is told of their changes as well, and passes over what nobody here has asked for.
   */
  async presence(tenant: TenantId, userIds: readonly UserId[]): Promise<UserPresence[]> {
    const standings = await this.#users.watch(userIds.map((userId) => ({ tenant, userId })));
    return standings.map(({ user: { userId }, status }) => ({ userId, status }));
  }
}
