import type { ClientRecord } from './client-record.ts';
import type { Speaker } from './speaker.ts';

interface Loss {
  readonly speaker: Speaker;
  /** `performance.now()` */
  readonly at: number;
}

/**
 * How long clients were without a connection after their node was lost: from the moment when it
 * was, to the welcome with which their session went on.
 */
export class Recovery {
  readonly #speakers: readonly Speaker[];
  readonly #losses: Loss[] = [];

  constructor(speakers: readonly Speaker[]) {
    this.#speakers = speakers;
  }

  /** How long a client was without a connection, each time that it lost it, in ms. */
  static gapsOf(record: ClientRecord): readonly number[] {
    const welcomes = record.of('welcome');
    // Attempts that fail are noted as losses too; the first one counts.
    const losses = record.of('disconnect').filter(({ at }, index, all) => {
      const previous = all[index - 1]?.at ?? 0;
      return welcomes.some((welcome) => welcome.at > previous && welcome.at < at);
    });
    return losses.flatMap((loss) => {
      const back = welcomes.find(({ at }) => at > loss.at);
      return back ? [back.at - loss.at] : [];
    });
  }

  /** To be called when a node is lost. */
  expectFrom(nodeId: string): void {
    const at = performance.now();
    for (const speaker of this.#speakers) {
      if (speaker.nodeId === nodeId) this.#losses.push({ speaker, at });
    }
  }

  /** Of everybody whose connection was lost and is back, in ms. */
  get times(): readonly number[] {
    return this.#losses.map(timeOf).filter((time) => time !== undefined);
  }

  /** Whether a client was without a node at a time, or so shortly before or after that. */
  wasAffected(speaker: Speaker, at: number, slackMs: number): boolean {
    return this.#losses.some((loss) => {
      const backAt = loss.at + (timeOf(loss) ?? Number.POSITIVE_INFINITY);
      return loss.speaker === speaker && at >= loss.at - slackMs && at <= backAt + slackMs;
    });
  }

  /** Those who have not come back. */
  get missing(): readonly Speaker[] {
    return this.#losses.filter((loss) => timeOf(loss) === undefined).map(({ speaker }) => speaker);
  }
}

function timeOf(loss: Loss): number | undefined {
  const welcome = loss.speaker.record.of('welcome').find(({ at }) => at > loss.at);
  return welcome && welcome.at - loss.at;
}
