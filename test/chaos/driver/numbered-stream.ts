/** What became of the numbers that one client sent to another. */
export interface StreamTally {
  readonly sent: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
}

/** Numbers from 1, on their way from one client to another. */
export class NumberedStream {
  #sent = 0;
  readonly #heard = new Set<number>();
  #highest = 0;
  #duplicated = 0;
  #outOfOrder = 0;

  /** The next number to send. */
  next(): number {
    this.#sent += 1;
    return this.#sent;
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

  has(number: number): boolean {
    return this.#heard.has(number);
  }

  get tally(): StreamTally {
    return {
      sent: this.#sent,
      lost: this.#sent - this.#heard.size,
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
