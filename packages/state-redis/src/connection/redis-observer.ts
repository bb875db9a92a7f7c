import type { Redis } from 'ioredis';
import type { RedisClient } from './client.ts';

/** What commands are told apart by; there are few scripts, and they cost about the same. */
export type CommandKind = 'script' | 'publish' | 'other';

/** What is counted of Redis; a node turns it into metrics. */
export interface RedisObserver {
  commandAnswered(kind: CommandKind, afterMs: number): void;
  /** Refused, or not answered in time. */
  commandFailed(kind: CommandKind): void;
  /** A message of a node to itself is on its way, once a second. */
  busProbed(): void;
  /** It has arrived. */
  busAnswered(afterMs: number): void;
}

const kinds: ReadonlyMap<string, CommandKind> = new Map([
  ['evalsha', 'script'],
  ['eval', 'script'],
  ['publish', 'publish'],
]);

/**
 * Measures every command of a client from here on. On a Redis Cluster it is told of what goes
 * through the cluster's client; messages go to a master directly, and are `measured` one by one.
 */
export function observeCommands(redis: RedisClient, observer: RedisObserver): void {
  const send = redis.sendCommand.bind(redis) as Redis['sendCommand'];
  const observed: Redis['sendCommand'] = (command, ...rest) => {
    const answer = send(command, ...rest);
    if (command.name !== 'publish') {
      measure(observer, kinds.get(command.name) ?? 'other', Promise.resolve(answer));
    }
    return answer;
  };
  redis.sendCommand = observed;
}

/** Measures one command that has just been sent. */
export function measure(
  observer: RedisObserver,
  kind: CommandKind,
  answer: Promise<unknown>,
): void {
  const sentAt = performance.now();
  const answered = () => observer.commandAnswered(kind, performance.now() - sentAt);
  answer.then(answered, (error: unknown) => {
    // A server that has just started asks for a script as a whole, which is no failure.
    if (isAskingForScript(error)) answered();
    else observer.commandFailed(kind);
  });
}

const isAskingForScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');
