import type { Pair } from './pairs.ts';
import { membersOf } from './pairs.ts';

/** Between two steps; each lets the same share of all clients speak. */
const stepMs = 20;

/** Lets every member of every pair say its next number, again and again, evenly over time. */
export class Traffic implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(pairs: readonly Pair[], { perSecond }: { readonly perSecond: number }) {
    const members = membersOf(pairs);
    let due = 0;
    let next = 0;
    this.#timer = setInterval(() => {
      due += (members.length * perSecond * stepMs) / 1_000;
      for (; due >= 1; due -= 1) {
        const member = members[next % members.length];
        next += 1;
        if (member) member.speaker.say(member.stream.next());
      }
    }, stepMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
