export { parseRedisAddress, type RedisAddress } from './connection/address.ts';
export { connectRedisState, type RedisStateOptions } from './redis-state.ts';
