import type {
  AttachOutcome,
  Binding,
  CallIntent,
  EngageOutcome,
  IntendOutcome,
  LostSession,
  NamedCall,
  Share,
  UserRef,
  UserSession,
  UserStanding,
  UserStore,
} from '@switchboard/core';
import {
  type Call,
  type CallId,
  isCallOver,
  limits,
  type NodeId,
  type PeerId,
  type PresenceStatus,
  SignalingError,
  type TenantId,
  type UserId,
} from '@switchboard/protocol';
import { commandTimeoutMs, type RedisClient } from '../connection/client.ts';
import { readDue } from '../connection/read-due.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, partitions } from '../keys.ts';
import type { StoreClock } from '../leases/store-clock.ts';

/** Lost sessions taken by one call: more come with the next. */
const lostAtOnce = 500;

const scriptNames = [
  'attach-session',
  'detach-session',
  'keep-sessions',
  'take-lost-session',
  'intend-call',
  'engage-user',
  'release-call',
  'watch-users',
] as const;
type ScriptName = (typeof scriptNames)[number];

export interface RedisUsersDependencies {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly node: NodeId;
  readonly clock: StoreClock;
  /** For how long it counts that this node watches a user, or holds a session. */
  readonly patienceMs: number;
}

/** The users of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisUsers implements UserStore {
  readonly #dependencies: RedisUsersDependencies;
  readonly #scripts: Record<ScriptName, Script> = loadScripts(import.meta.url, scriptNames);

  constructor(dependencies: RedisUsersDependencies) {
    this.#dependencies = dependencies;
  }

  async attach(user: UserRef, { peerId, epoch, node }: Binding): Promise<AttachOutcome> {
    const { keys, clock, patienceMs } = this.#dependencies;
    const args = [format(peerId), epoch, node, clock.in(commandTimeoutMs)];
    const kept = [this.#keptName({ user, peerId }), patienceMs];
    const [kind, ...calls] = (await this.#run('attach-session', user, [
      ...[keys.channelPrefix, JSON.stringify(user)],
      ...[...args, ...kept],
    ])) as ['attached' | 'fenced' | 'late', ...string[]];
    if (kind === 'late') throw new SignalingError('unavailable');
    return kind === 'attached' ? { kind, calls: parseCalls(calls) } : { kind };
  }

  async detach(
    user: UserRef,
    { peerId, epoch }: Pick<Binding, 'peerId' | 'epoch'>,
  ): Promise<NamedCall[]> {
    const { channelPrefix } = this.#dependencies.keys;
    const name = this.#keptName({ user, peerId });
    const args = [channelPrefix, JSON.stringify(user), format(peerId), epoch, name];
    return parseCalls((await this.#run('detach-session', user, args)) as string[]);
  }

  async keep<S extends UserSession>(sessions: readonly S[]): Promise<S[]> {
    const { redis, keys, patienceMs } = this.#dependencies;
    const partitionOf = ({ user }: S) => keys.userPartition(user);
    const keepThere = async ([partition, there]: [number, S[]]) => {
      const args = [patienceMs, ...there.map((session) => this.#keptName(session))];
      const script = this.#scripts['keep-sessions'];
      const answer = await script.run(redis, [keys.keptSessions(partition)], args);
      return there.filter((_, index) => (answer as number[])[index] === 0);
    };
    return (await Promise.all([...Map.groupBy(sessions, partitionOf)].map(keepThere))).flat();
  }

  async takeLost({ index, of }: Share): Promise<LostSession[]> {
    const { redis, keys } = this.#dependencies;
    const mine = partitions.filter((partition) => partition % of === index);
    const sets = mine.map((partition) => keys.keptSessions(partition));
    const due = await readDue(redis, sets, lostAtOnce);
    const taken = await Promise.all(due.map(({ member }) => this.#takeLost(member)));
    return taken.filter((lost) => lost !== null);
  }

  async intend(user: UserRef, { callId, other, caller }: CallIntent): Promise<IntendOutcome> {
    const [kind, isInCall] = (await this.#run('intend-call', user, [
      callId,
      caller === null ? 'to' : 'from',
      format(other),
      caller === null ? nobody : format(caller),
      limits.callsPerUser,
    ])) as [IntendOutcome['kind'], number];
    return kind === 'intended' ? { kind, isInCall: isInCall === 1 } : { kind };
  }

  async engage(user: UserRef, call: Call): Promise<EngageOutcome> {
    const isCaller = call.from.userId === user.userId;
    const peerId = isCaller ? call.from.peerId : call.to.peerId;
    const answer = (await this.#run('engage-user', user, [
      ...[this.#dependencies.keys.channelPrefix, JSON.stringify(user), call.callId, call.rev],
      isCallOver(call.state) ? 'over' : call.state,
      peerId === undefined ? nobody : format(peerId),
      isCaller ? 'from' : 'to',
      format(isCaller ? call.to.userId : call.from.userId),
      JSON.stringify({ called: { tenant: user.tenant, call } }),
    ])) as 'here' | 'gone' | 'unavailable';
    if (answer === 'unavailable') throw new SignalingError('unavailable');
    return { isHere: answer === 'here' };
  }

  async release(user: UserRef, callId: CallId): Promise<void> {
    await this.#run('release-call', user, [callId]);
  }

  async find(user: UserRef, callId: CallId): Promise<UserId | null> {
    const { redis, keys } = this.#dependencies;
    const [, , calls] = keys.user(user);
    try {
      const stored = await redis.hget(calls, callId);
      // `<rev> <state> <peer id> <side> <other user> <ms>`, as the scripts write it.
      const other = stored?.split(' ')[4];
      return other === undefined ? null : (decodeURIComponent(other) as UserId);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async watch(users: readonly UserRef[]): Promise<UserStanding[]> {
    const byPartition = Map.groupBy(users, (user) => this.#dependencies.keys.userPartition(user));
    const standings = new Map<UserRef, UserStanding>();
    const ask = async ([partition, there]: [number, UserRef[]]) => {
      const answer = await this.#watchThere(partition, there);
      there.forEach((user, index) => {
        const status = answer[2 * index] as PresenceStatus;
        standings.set(user, { user, status, rev: Number(answer[2 * index + 1]) });
      });
    };
    await Promise.all([...byPartition].map(ask));
    return users.map((user) => standings.get(user) as UserStanding);
  }

  async unwatch(users: readonly UserRef[]): Promise<void> {
    const { redis, keys, node } = this.#dependencies;
    try {
      await Promise.all(users.map((user) => redis.zrem(keys.user(user)[3], node)));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** @returns null of one that is held after all, or has been taken. */
  async #takeLost(name: string): Promise<LostSession | null> {
    const { channelPrefix } = this.#dependencies.keys;
    const session = parseKeptName(name);
    const args = [channelPrefix, JSON.stringify(session.user), format(session.peerId), name];
    const [kind, ...calls] = (await this.#run('take-lost-session', session.user, args)) as string[];
    return kind === 'lost' ? { ...session, calls: parseCalls(calls) } : null;
  }

  #keptName({ user, peerId }: UserSession): string {
    return `${format(peerId)} ${this.#dependencies.keys.userName(user)}`;
  }

  async #watchThere(partition: number, users: readonly UserRef[]): Promise<string[]> {
    const { redis, keys, node, patienceMs } = this.#dependencies;
    const args = [node, patienceMs, ...keys.userPrefixes(partition), ...users.map(keys.userName)];
    const answer = await this.#scripts['watch-users'].run(redis, [keys.dataset(partition)], args);
    return answer as string[];
  }

  #run(name: ScriptName, user: UserRef, args: readonly (string | number)[]): Promise<unknown> {
    const { redis, keys } = this.#dependencies;
    return this.#scripts[name].run(redis, keys.user(user), args);
  }
}

/** Never what `format` makes of an id, which is never empty. */
const nobody = '-';

/** Without spaces, which separate what is stored, and never the sign of nobody. */
const format = (id: string): string => (id === nobody ? '%2D' : encodeURIComponent(id));

/** See prelude.lua; a tenant has no colon. */
function parseKeptName(name: string): UserSession {
  const [peer, tenant] = name.split(/[ :]/, 2) as [string, TenantId];
  const userId = name.slice(peer.length + tenant.length + 2) as UserId;
  return { user: { tenant, userId }, peerId: decodeURIComponent(peer) as PeerId };
}

/** Ids and other users in turn. */
function parseCalls(answer: readonly string[]): NamedCall[] {
  const calls: NamedCall[] = [];
  for (let index = 0; index + 1 < answer.length; index += 2) {
    const other = decodeURIComponent(answer[index + 1] as string) as UserId;
    calls.push({ callId: answer[index] as CallId, other });
  }
  return calls;
}
