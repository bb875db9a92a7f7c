import { type Room, SwitchboardClient } from '@switchboard/client';
import { ClientRecord } from './client-record.ts';
import { rosterOf } from './known-room.ts';
import type { Speaker } from './speaker.ts';

/** A client of the SDK, which delivers from end to end. Its record uses the names of the protocol. */
export class SdkSpeaker implements Speaker {
  readonly record: ClientRecord;
  readonly #client = new SwitchboardClient();
  readonly #url: string;
  readonly #peerIds = new Set<string>();
  #room: Room | undefined;
  #nodeId: string | undefined;
  #onHear: (number: number) => void = () => undefined;

  constructor({ name, url }: { readonly name: string; readonly url: string }) {
    this.record = new ClientRecord(name);
    this.#url = url;
    this.#client.on('stateChanged', (state) => {
      this.#nodeId = undefined;
      if (state.state === 'connected') {
        this.#nodeId = state.sid.split('.')[0];
        this.#peerIds.add(state.peerId);
        const detail = `${state.peerId} on ${this.#nodeId}, resumed: ${state.resumed}`;
        this.record.note('welcome', detail);
      } else if (state.state === 'reconnecting') {
        this.record.note('disconnect', `${state.failures} failures`);
      } else if (state.state === 'closed' && state.error) {
        this.record.note('session:ended', state.error.code);
      }
    });
  }

  get peerId(): string {
    return [...this.#peerIds].at(-1) ?? '';
  }

  get peerIds(): ReadonlySet<string> {
    return this.#peerIds;
  }

  get nodeId(): string | undefined {
    return this.#nodeId;
  }

  get roster(): readonly string[] {
    return rosterOf([...(this.#room?.participants.values() ?? [])]);
  }

  connect(): Promise<unknown> {
    return this.#client.connect({ url: this.#url, transports: ['websocket'] });
  }

  async enter(roomId: string, capacity: number): Promise<void> {
    const room = await this.#client.join(roomId, { capacity });
    const { record } = this;
    this.#room = room;
    room.on('signal', ({ data }) => this.#onHear(Number(data)));
    room.on('signalFailed', ({ error }) => record.tally(`signal:failed ${error.code}`));
    room.on('participantLeft', ({ participant, reason }) =>
      record.note('participant:left', `${participant.peerId} ${reason}`),
    );
    room.on('participantJoined', ({ participant }) =>
      record.note('participant:joined', participant.peerId),
    );
    room.on('participantUpdated', ({ participant: { peerId, connected } }) =>
      record.note('participant:updated', `${peerId} connected: ${connected}`),
    );
    room.on('left', (end) => record.note('left', end.reason));
  }

  /** The SDK asks nobody about a room it is in: what it has is what its node has told it. */
  async askRoster(): Promise<readonly string[]> {
    return this.roster;
  }

  say(number: number): void {
    const [other] = this.#room?.others ?? [];
    if (!this.#room || !other) {
      this.record.note('nobody to say it to', `${number}`);
      return;
    }
    this.#room.sendSignal(other.peerId, 'custom', number).then(
      () => this.record.tally('arrived'),
      (error: Error & { code?: string }) =>
        this.record.note('failed', `${number}: ${error.code ?? error.message}`),
    );
  }

  onHear(handler: (number: number) => void): void {
    this.#onHear = handler;
  }

  close(): void {
    this.#client.close();
  }
}
