import {
  type CommandName,
  type CommandPayload,
  type CommandResult,
  type Participant,
  PeerId,
  RoomSnapshot,
  SignalingError,
  silentMedia,
  UserId,
} from '@switchboard/protocol';
import type { TranslatorPort } from '../dialect.ts';

/** By whom a test's client is known. */
export const bobId = PeerId.parse('bob');

export const participant = (peerId: string, said: Partial<Participant> = {}): Participant => ({
  peerId: PeerId.parse(peerId),
  userId: UserId.parse(peerId),
  media: silentMedia,
  connected: true,
  seat: 1,
  joinedAt: 1_000,
  ...said,
});

export const roomWith = (participants: readonly Participant[], messages = 0): RoomSnapshot =>
  RoomSnapshot.parse({
    roomId: 'room',
    incarnation: 'incarnation',
    rev: 1,
    capacity: 50,
    status: 'in-progress',
    participants,
    messages,
    annotations: 0,
  });

interface Emitted {
  readonly event: string;
  readonly args: readonly unknown[];
  /** What the client would bring along from then on, if that is something else. */
  readonly note: string | undefined;
}

/** A node that answers each command as it is told to. */
export class FakeNode implements TranslatorPort {
  readonly peerId = bobId;
  readonly users = [];
  readonly emitted: Emitted[] = [];
  /** The commands that it was given. */
  readonly asked: (readonly [name: CommandName, payload: unknown])[] = [];
  readonly refused: string[] = [];
  readonly #answers: { readonly [K in CommandName]?: () => Promise<CommandResult<K>> };

  constructor(answers: { readonly [K in CommandName]?: () => Promise<CommandResult<K>> }) {
    this.#answers = answers;
  }

  get told(): (readonly [event: string, payload: unknown])[] {
    return this.emitted.map(({ event, args }) => [event, args[0]]);
  }

  /** What the client would bring along. */
  get note(): string {
    return this.emitted.findLast(({ note }) => note !== undefined)?.note ?? '';
  }

  get directory(): never {
    throw new Error('nobody asks for it here');
  }

  identity() {
    return { userId: null, name: null, role: null, isVouched: false };
  }

  async execute<K extends CommandName>(
    name: K,
    payload: CommandPayload<K>,
    onResult?: (result: CommandResult<K>) => void,
  ): Promise<void> {
    this.asked.push([name, payload]);
    const answer = this.#answers[name];
    if (!answer) throw new SignalingError('unknown_command');
    onResult?.(await answer());
  }

  emit(event: string, args: readonly unknown[], note?: string): void {
    this.emitted.push({ event, args, note });
  }

  onRefused(_event: string, { code }: SignalingError): void {
    this.refused.push(code);
  }
}
