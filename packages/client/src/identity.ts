import type { CommandPayload } from '@switchboard/protocol';
import { SwitchboardError } from './errors.ts';
import { persist } from './persist.ts';
import type { Send } from './room/join.ts';

/** A user, as others are shown them. */
export type Who = CommandPayload<'session:identify'>;

/** How long it is tried to say again who one is, in ms, before rooms are entered without. */
const patienceMs = 10_000;

/** What a client has said of who it is. The cluster knows for as long as the session lasts. */
export class Identity {
  readonly #send: Send;
  #said: Who | 'withdrawn' | null = null;
  #life = new AbortController();

  constructor(send: Send) {
    this.#send = send;
  }

  /** Whether there is anything to be said again. */
  get isSaid(): boolean {
    return this.#said !== null;
  }

  /** @param subject who the client's token says it is; null without one. */
  userIdWith(subject: string | null): string | null {
    if (this.#said === 'withdrawn') return null;
    return subject ?? this.#said?.userId ?? null;
  }

  /** @throws SwitchboardError */
  say(who: Who): Promise<void> {
    return this.#send({
      command: 'session:identify',
      payload: who,
      take: () => {
        this.#said = who;
      },
    });
  }

  /** @throws SwitchboardError */
  withdraw(): Promise<void> {
    return this.#send({
      command: 'session:withdraw',
      payload: {},
      take: () => {
        this.#said = 'withdrawn';
      },
    });
  }

  /** To a new session. Resolves also when the cluster does not take it. */
  async sayAgain(): Promise<void> {
    const said = this.#said;
    if (said === null) return;
    const say = () => (said === 'withdrawn' ? this.withdraw() : this.say(said));
    try {
      await persist(say, { signal: this.#life.signal, patienceMs });
    } catch (error) {
      if (!(error instanceof SwitchboardError)) throw error;
    }
  }

  forget(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#said = null;
  }
}
