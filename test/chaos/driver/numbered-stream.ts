/** What became of the numbers that one client sent to another. */
export interface StreamTally {
  readonly sent: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
}

/** Numbers from 1, on their way from one client to another. */
export class NumberedStream {
  /** When each was sent, on the clock of `performance.now()`. */
  readonly #sentAt: number[] = [];
  readonly #heard = new Set<number>();
  #highest = 0;
  #duplicated = 0;
  #outOfOrder = 0;

  /** The next number to send. */
  next(): number {
    return this.#sentAt.push(performance.now());
  }

  hear(number: number): void {
    if (this.#heard.has(number)) {
      this.#duplicated += 1;
      return;
    }
    if (number < this.#highest) this.#outOfOrder += 1;
    this.#highest = Math.max(this.#highest, number);
    this.#heard.add(number);
  }

  /** When those were sent that have not arrived. */
  get lostAt(): readonly number[] {
    return this.#sentAt.filter((_, index) => !this.#heard.has(index + 1));
  }

  get tally(): StreamTally {
    return {
      sent: this.#sentAt.length,
      lost: this.#sentAt.length - this.#heard.size,
      duplicated: this.#duplicated,
      outOfOrder: this.#outOfOrder,
    };
  }
}

export function sumOf(tallies: readonly StreamTally[]): StreamTally {
  const sum = { sent: 0, lost: 0, duplicated: 0, outOfOrder: 0 };
  for (const tally of tallies) {
    sum.sent += tally.sent;
    sum.lost += tally.lost;
    sum.duplicated += tally.duplicated;
    sum.outOfOrder += tally.outOfOrder;
  }
  return sum;
}
