export { parseRedisAddress, type RedisAddress } from './connection/address.ts';
export type { CommandKind, RedisObserver } from './connection/redis-observer.ts';
export { connectRedisState, type RedisStateOptions } from './redis-state.ts';
