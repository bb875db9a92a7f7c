import { setTimeout as wait } from 'node:timers/promises';
import type { KnownUser } from '@switchboard/dialects';
import { SignalingError } from '@switchboard/protocol';
import { LoginThrottle } from './login-throttle.ts';
import { isPassword, unmatchable } from './password-hash.ts';
import type { UserEntry } from './users-file.ts';

export interface LoginAttempt {
  readonly username: string;
  readonly password: string;
  readonly address: string;
}

/** Logins by name and password; nothing of an answer says whether there is such a user. */
export class Logins {
  readonly known: readonly KnownUser[];
  readonly #users: ReadonlyMap<string, UserEntry>;
  readonly #throttle = new LoginThrottle();
  readonly #nobody = unmatchable();

  constructor(users: readonly UserEntry[]) {
    this.#users = new Map(users.map((user) => [user.username, user]));
    this.known = users.map(({ username, role }) => ({ username, role }));
  }

  /** @throws SignalingError `unauthenticated`, `rate_limited` */
  async logIn({ username, password, address }: LoginAttempt): Promise<KnownUser> {
    const by = { name: username, address };
    const delay = this.#throttle.begin(by);
    if (delay > 0) await wait(delay);
    const user = this.#users.get(username);
    const isRight = await isPassword(password, user?.password ?? this.#nobody);
    if (!user || !isRight) {
      throw new SignalingError('unauthenticated', { message: 'The name or password is wrong.' });
    }
    this.#throttle.succeed(by);
    return { username: user.username, role: user.role };
  }
}
