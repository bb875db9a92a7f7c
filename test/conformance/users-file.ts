import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, repositoryPath } from '@switchboard/testkit';

export interface Login {
  readonly username: string;
  readonly role: string;
  readonly password: string;
}

export interface UsersFile extends AsyncDisposable {
  readonly path: string;
}

/** A `USERS_FILE`, with each entry as the command makes it. */
export async function writeUsersFile(logins: readonly Login[]): Promise<UsersFile> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-users-'));
  const path = join(folder, 'users.json');
  await writeFile(path, JSON.stringify(logins.map(entryOf)));
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

const entryOf = ({ username, role, password }: Login): unknown =>
  JSON.parse(
    execFileSync(
      pinnedNode(),
      [repositoryPath('services/signaling/src/hash-password.ts'), username, role],
      { input: `${password}\n`, encoding: 'utf8' },
    ),
  );
