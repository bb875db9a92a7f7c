import { Cluster } from 'ioredis';
import type { RedisClient } from './client.ts';
import { loadScripts } from './script.ts';

/** A member of a sorted set of timers whose time has come, by Redis' clock, which has set them. */
export interface DueMember {
  readonly member: string;
  readonly overdueMs: number;
}

const { 'read-due': script } = loadScripts(import.meta.url, ['read-due'], { prelude: false });

/**
 * Looks into many sets at once: hundreds of them are looked into every second, and nearly always
 * there is nothing. Where they are on several servers, each is asked for by itself.
 *
 * @throws SignalingError `unavailable`
 */
export async function readDue(
  redis: RedisClient,
  sets: readonly string[],
  atMost: number,
): Promise<DueMember[]> {
  const questions = redis instanceof Cluster ? sets.map((set) => [set]) : [sets];
  const ask = async (keys: readonly string[]): Promise<DueMember[]> => {
    const answer = (await script.run(redis, keys, [atMost])) as readonly (string | number)[];
    return Array.from({ length: answer.length / 2 }, (_, index) => ({
      member: answer[2 * index] as string,
      overdueMs: answer[2 * index + 1] as number,
    }));
  };
  return (await Promise.all(questions.map(ask))).flat().slice(0, atMost);
}
