import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { HostAndPort, Login, RedisAddress } from './address.ts';

export type RedisClient = Redis | Cluster;

/** A command that takes longer is answered `unavailable`; it may have run all the same. */
export const commandTimeoutMs = 1_500;
const connectTimeoutMs = 2_000;
/**
 * A connection over which no answer comes for so long is given up, so that a Redis that is frozen
 * or cut off without a word counts as away: commands fail at once, and none pile up for it.
 */
const silenceMs = 2_000;
const reconnectMs = { first: 50, most: 1_000 };

/** Backs off, and never gives up: a node waits for its Redis as long as it takes. */
export const reconnectDelayMs = (attempt: number): number =>
  Math.min(reconnectMs.first * 2 ** (attempt - 1), reconnectMs.most);

/** CLIENT SETINFO, which tells a server the library's name, is a right more that a user would need. */
const anonymous = { disableClientInfo: true } as const;

/** Nothing is queued while there is no connection: a command that cannot go now fails now. */
const common = {
  commandTimeout: commandTimeoutMs,
  connectTimeout: connectTimeoutMs,
  socketTimeout: silenceMs,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  lazyConnect: true,
  ...anonymous,
} satisfies RedisOptions;

/** A client for commands: reconnects by itself. */
export function createCommandClient(address: RedisAddress): RedisClient {
  if (address.kind !== 'cluster') {
    let wasReady = false;
    const client = createRedis(address, {
      ...common,
      retryStrategy: reconnectDelayMs,
      // Whom nobody can be asked about at the start, that node does not start without.
      sentinelRetryStrategy: (attempt) => (wasReady ? reconnectDelayMs(attempt) : null),
      reconnectOnError: isDemoted,
    });
    return client.once('ready', () => {
      wasReady = true;
    });
  }
  return new Cluster([...address.nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: reconnectDelayMs,
    slotsRefreshTimeout: connectTimeoutMs,
    redisOptions: {
      commandTimeout: commandTimeoutMs,
      connectTimeout: connectTimeoutMs,
      socketTimeout: silenceMs,
      ...anonymous,
      ...loginOptions(address.login),
    },
  });
}

/** A client for nothing but publishing, see `SilentPublisher`: it reconnects by itself. */
export const createPublishingClient = (
  address: Exclude<RedisAddress, { kind: 'cluster' }>,
): Redis =>
  createRedis(address, { ...common, disableClientInfo: true, retryStrategy: reconnectDelayMs });

/** What was the master is a replica by now, which does not end the connection by itself everywhere. */
const isDemoted = ({ message }: Error): boolean => message.startsWith('READONLY');

/**
 * A client for a subscription. It does not reconnect: its owner makes a new one, so that it
 * notices that messages may have been lost, and may go to another master of a Redis Cluster.
 *
 * @param attempt chooses among the nodes of a Redis Cluster, in turn.
 */
export function createSubscriberClient(address: RedisAddress, attempt: number): Redis {
  const options = {
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    lazyConnect: true,
    retryStrategy: null,
    sentinelRetryStrategy: () => null,
    autoResubscribe: false,
    ...anonymous,
  } as const;
  if (address.kind !== 'cluster') return createRedis(address, options);
  const node = address.nodes[attempt % address.nodes.length] as HostAndPort;
  return new Redis({ ...options, ...node, ...loginOptions(address.login) });
}

type SharedOptions = Pick<
  RedisOptions,
  | 'lazyConnect'
  | 'connectTimeout'
  | 'socketTimeout'
  | 'retryStrategy'
  | 'sentinelRetryStrategy'
  | 'autoResubscribe'
  | 'reconnectOnError'
  | 'disableClientInfo'
>;

function createRedis(
  address: Exclude<RedisAddress, { kind: 'cluster' }>,
  options: SharedOptions,
): Redis {
  if (address.kind === 'single') return new Redis(address.url, options);
  const { sentinels, master, login } = address;
  return new Redis({
    ...options,
    sentinels: [...sentinels],
    name: master,
    sentinelCommandTimeout: commandTimeoutMs,
    ...loginOptions(login),
  });
}

const loginOptions = ({ username, password, tls }: Login) => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(tls && { tls: {} }),
});
