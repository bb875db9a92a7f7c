import type { ClientRecord } from './client-record.ts';
import { rosterOf } from './known-room.ts';
import { PlainClient, type PlainClientOptions } from './plain-client.ts';
import type { Speaker } from './speaker.ts';

/** What such a signal carries. */
interface Spoken {
  readonly number: number;
}

/** A plain client that sends each number once, and takes what comes as it comes. */
export class PlainSpeaker implements Speaker {
  readonly #client: PlainClient;
  #roomId = '';

  constructor(options: PlainClientOptions) {
    this.#client = new PlainClient(options);
  }

  get record(): ClientRecord {
    return this.#client.record;
  }

  get peerId(): string {
    return this.#client.peerId;
  }

  get peerIds(): ReadonlySet<string> {
    return this.#client.peerIds;
  }

  get nodeId(): string | undefined {
    return this.#client.nodeId;
  }

  get roster(): readonly string[] {
    return this.#client.room.roster;
  }

  connect(): Promise<unknown> {
    return this.#client.connect();
  }

  async enter(roomId: string, capacity: number): Promise<void> {
    this.#roomId = roomId;
    const answer = await this.#client.join(roomId, capacity);
    if (!answer.ok) throw new Error(`${this.record.name} may not enter: ${answer.error.code}`);
  }

  async askRoster(): Promise<readonly string[]> {
    const answer = await this.#client.command('room:join', { roomId: this.#roomId });
    if (!answer.ok) throw new Error(`${this.record.name} is not told: ${answer.error.code}`);
    return rosterOf(answer.room.participants);
  }

  say(number: number): void {
    const [other] = this.#client.room.others(this.peerId);
    if (other === undefined) {
      this.record.note('nobody to say it to', `${number}`);
      return;
    }
    const signal = { roomId: this.#roomId, to: other, kind: 'custom', data: { number } } as const;
    this.#client.signal(signal, (answer) =>
      this.record.tally(answer.ok ? 'accepted' : `refused: ${answer.error.code}`),
    );
  }

  onHear(handler: (number: number) => void): void {
    this.#client.onSignal(({ data }) => handler((data as unknown as Spoken).number));
  }

  close(): void {
    this.#client.close();
  }
}
