import type {
  Binding,
  ClaimOutcome,
  ClaimRequest,
  EndingSession,
  ExpiredSession,
  NewSession,
  RegisterOutcome,
  RoomRef,
  SessionProfile,
  SessionStore,
  Share,
} from '@switchboard/core';
import { type NodeId, type PeerId, SignalingError } from '@switchboard/protocol';
import { commandTimeoutMs, type RedisClient } from '../connection/client.ts';
import { type DueMember, readDue } from '../connection/read-due.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, nameOf, parseName, partitions } from '../keys.ts';
import type { StoreClock } from '../leases/store-clock.ts';
import type { Tenure } from '../leases/tenure.ts';
import { parseEnding, parseProfile, settleWithinMs } from './session-answer.ts';

/** How long it is remembered that a session has ended. */
const tombstoneMs = 10 * 60_000;
/** Sessions ended by one call: more come with the next. */
const expiredAtOnce = 500;
/** Of these, so many at a time: Redis and this node have signals to pass on in between. */
const takenAtOnce = 32;

const scriptNames = [
  'open-session',
  'claim-session',
  'detach-session',
  'describe-session',
  'intend-room',
  'forget-room',
  'end-session',
  'expire-session',
  'settle-session',
  'register-session',
] as const;
type ScriptName = (typeof scriptNames)[number];

type ClaimAnswer =
  | ['claimed', number, NodeId, string, string, string[]]
  | ['replaced' | 'unknown' | 'forbidden' | 'late'];

export interface RedisSessionsDependencies {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly node: NodeId;
  /** This node's term of office at the moment. */
  readonly tenure: () => Tenure;
  readonly clock: StoreClock;
}

/** The sessions of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisSessions implements SessionStore {
  readonly #dependencies: RedisSessionsDependencies;
  readonly #scripts: Record<ScriptName, Script> = loadScripts(import.meta.url, scriptNames);

  constructor(dependencies: RedisSessionsDependencies) {
    this.#dependencies = dependencies;
  }

  async open(session: NewSession): Promise<void> {
    await this.#run('open-session', session.binding.peerId, this.#recordOf(session));
  }

  async isResumable(peerId: PeerId, secretDigest: string): Promise<boolean> {
    const { redis, keys } = this.#dependencies;
    const [key, , , tombstone] = keys.session(peerId);
    try {
      const [[secret, state, replaced], stone] = await Promise.all([
        redis.hmget(key, 'secret', 'state', 'replaced'),
        redis.get(tombstone),
      ]);
      // `<epoch> <secret>` of a session that was replaced, as settle-session.lua writes it.
      if (stone?.slice(stone.indexOf(' ') + 1) === secretDigest) return true;
      return secret === secretDigest && (state !== 'ending' || replaced !== null);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async claim({ peerId, owner, secretDigest, node }: ClaimRequest): Promise<ClaimOutcome> {
    const { keys, tenure, clock } = this.#dependencies;
    const answer = (await this.#run('claim-session', peerId, [
      peerId,
      owner,
      secretDigest,
      node,
      tenure(),
      keys.boundPrefixOf(peerId),
      keys.channelPrefix,
      clock.in(commandTimeoutMs),
    ])) as ClaimAnswer;
    if (answer[0] === 'late') throw new SignalingError('unavailable');
    if (answer[0] !== 'claimed') return { kind: answer[0] };
    const [kind, epoch, previousNode, graceMs, profile, rooms] = answer;
    return {
      kind,
      epoch,
      previousNode,
      graceMs: Number(graceMs),
      profile: parseProfile(profile),
      rooms: rooms.map(parseName),
    };
  }

  async detach({ peerId, epoch }: Binding): Promise<void> {
    const boundPrefix = this.#dependencies.keys.boundPrefixOf(peerId);
    await this.#run('detach-session', peerId, [peerId, epoch, boundPrefix]);
  }

  async describe({ peerId, epoch }: Binding, profile: SessionProfile): Promise<boolean> {
    const args = [epoch, JSON.stringify(profile)];
    return (await this.#run('describe-session', peerId, args)) === 'described';
  }

  async intend({ peerId, epoch }: Binding, room: RoomRef): Promise<boolean> {
    return (await this.#run('intend-room', peerId, [epoch, nameOf(room)])) === 'intended';
  }

  async forget({ peerId, epoch }: Binding, room: RoomRef): Promise<void> {
    await this.#run('forget-room', peerId, [epoch, nameOf(room)]);
  }

  async end({ peerId, epoch }: Binding, how?: 'replaced'): Promise<EndingSession | null> {
    const boundPrefix = this.#dependencies.keys.boundPrefixOf(peerId);
    const args = [peerId, epoch, boundPrefix, settleWithinMs, how ?? ''];
    return parseEnding(await this.#run('end-session', peerId, args));
  }

  async settle({ peerId, epoch }: EndingSession): Promise<void> {
    await this.#run('settle-session', peerId, [peerId, epoch, tombstoneMs]);
  }

  async takeExpired(share: Share): Promise<ExpiredSession[]> {
    const { keys } = this.#dependencies;
    const take = async ({ member, overdueMs }: DueMember): Promise<ExpiredSession[]> => {
      const peerId = member as PeerId;
      const args = [peerId, keys.boundPrefixOf(peerId), settleWithinMs];
      const ending = parseEnding(await this.#run('expire-session', peerId, args));
      return ending ? [{ ...ending, overdueMs }] : [];
    };
    const due = await this.#due(share);
    const expired: ExpiredSession[] = [];
    for (let from = 0; from < due.length; from += takenAtOnce) {
      const some = await Promise.all(due.slice(from, from + takenAtOnce).map(take));
      expired.push(...some.flat());
    }
    return expired;
  }

  async register(session: NewSession, rooms: readonly RoomRef[]): Promise<RegisterOutcome> {
    const args = [...this.#recordOf(session), ...rooms.map(nameOf)];
    const answer = await this.#run('register-session', session.binding.peerId, args);
    return typeof answer === 'number' ? { raisedTo: answer } : (answer as RegisterOutcome);
  }

  async listHeld(): Promise<Binding[]> {
    const { redis, keys, node, tenure } = this.#dependencies;
    const listPartition = async (partition: number) => {
      const held = await redis.hgetall(keys.boundPrefix(partition) + tenure());
      // `<epoch> <grace>`, as the scripts write it.
      return Object.entries(held).map(([peerId, value]) => ({
        peerId: peerId as PeerId,
        node,
        epoch: Number.parseInt(value, 10),
      }));
    };
    try {
      return (await Promise.all(partitions.map(listPartition))).flat();
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  #recordOf(session: NewSession): (string | number)[] {
    const { binding, owner, secretDigest, graceMs, profile } = session;
    const { keys, tenure } = this.#dependencies;
    const { peerId, epoch, node } = binding;
    const boundPrefix = keys.boundPrefixOf(peerId);
    return [
      ...[peerId, epoch, node, tenure(), owner, secretDigest, graceMs, boundPrefix],
      JSON.stringify(profile),
    ];
  }

  #due({ index, of }: Share): Promise<DueMember[]> {
    const { redis, keys } = this.#dependencies;
    const mine = partitions.filter((partition) => partition % of === index);
    return readDue(
      redis,
      mine.map((partition) => keys.timers(partition)),
      expiredAtOnce,
    );
  }

  #run(name: ScriptName, peerId: PeerId, args: readonly (string | number)[]): Promise<unknown> {
    const { redis, keys } = this.#dependencies;
    return this.#scripts[name].run(redis, keys.session(peerId), args);
  }
}
