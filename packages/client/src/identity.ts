import type { CommandPayload } from '@switchboard/protocol';
import { SwitchboardError } from './errors.ts';
import { persist } from './persist.ts';
import type { Send } from './room/join.ts';

/** A user, as others are shown them. */
export type Who = CommandPayload<'session:identify'>;

/** How long it is tried to say again who one is, in ms, before rooms are entered without. */
const patienceMs = 10_000;

/** Who a client has said to be. The cluster knows for as long as the session lasts. */
export class Identity {
  readonly #send: Send;
  #who: Who | null = null;
  #life = new AbortController();

  constructor(send: Send) {
    this.#send = send;
  }

  get userId(): string | null {
    return this.#who?.userId ?? null;
  }

  /** @throws SwitchboardError */
  say(who: Who): Promise<void> {
    return this.#send({
      command: 'session:identify',
      payload: who,
      take: () => {
        this.#who = who;
      },
    });
  }

  /** To a new session. Resolves also when the cluster does not take it. */
  async sayAgain(): Promise<void> {
    const who = this.#who;
    if (!who) return;
    try {
      await persist(() => this.say(who), { signal: this.#life.signal, patienceMs });
    } catch (error) {
      if (!(error instanceof SwitchboardError)) throw error;
    }
  }

  forget(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#who = null;
  }
}
