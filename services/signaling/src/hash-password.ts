import { text } from 'node:stream/consumers';
import { hashPassword } from './auth/password-hash.ts';

/**
 * Makes an entry of `USERS_FILE`. The password comes by standard input, where no list of processes
 * and no history of a shell shows it:
 *
 *     node services/signaling/src/hash-password.ts <username> <role>
 */
const [username, role] = process.argv.slice(2);
if (username === undefined || role === undefined) {
  process.stderr.write('usage: hash-password.ts <username> <role>, with the password as input\n');
  process.exit(2);
}
const password = (await text(process.stdin)).replace(/\r?\n$/, '');
if (password === '') {
  process.stderr.write('the password is empty\n');
  process.exit(2);
}
process.stdout.write(
  `${JSON.stringify({ username, role, password: await hashPassword(password) })}\n`,
);
