import { randomBytes } from 'node:crypto';

/** What nobody may find again, by what it stands for. */
export class Marks {
  readonly #marks = new Map<string, string>();

  /** A new one, or the same again. */
  of(what: string): string {
    const mark = this.#marks.get(what) ?? `mark${randomBytes(12).toString('hex')}`;
    this.#marks.set(what, mark);
    return mark;
  }

  /** Something secret that others have made. */
  add(what: string, secret: string): void {
    this.#marks.set(what, secret);
  }

  /** A token: what it says, and by what it is believed. */
  addToken(what: string, token: string): void {
    const [, claims = '', signature = ''] = token.split('.');
    this.add(`claims of ${what}`, claims);
    this.add(`signature of ${what}`, signature);
  }

  foundIn(text: string): string[] {
    return [...this.#marks].filter(([, mark]) => text.includes(mark)).map(([what]) => what);
  }
}
