import { randomId } from '@switchboard/core';
import { type DialectName, dialectNames } from '@switchboard/dialects';
import { limits, NodeId } from '@switchboard/protocol';
import { parseRedisAddress } from '@switchboard/state-redis';
import { z } from 'zod';
import { type AuthConfig, authVariables, readAuthConfig } from './auth/auth-config.ts';
import { readUsers, type UserEntry } from './auth/users-file.ts';
import { ConfigError, optional, whole, withDefault } from './environment-values.ts';
import { type IceConfig, iceVariables, readIceConfig } from './ice/ice-config.ts';
import { type LimitConfig, limitVariables, readLimitConfig } from './limits/limit-config.ts';

/**
 * The whole configuration of a node: read once from the environment, checked, and frozen. A
 * wrong value stops the start with the variable's name and what it expects.
 */

const port = whole(0, 65_535);
const count = (most: number) => whole(1, most);
const milliseconds = whole(0, 600_000);

const redisUrl = z.string().superRefine((value, context) => {
  try {
    parseRedisAddress(value);
  } catch (error) {
    const message = error instanceof TypeError ? error.message : String(error);
    context.addIssue({ code: 'custom', message });
  }
});

const originList = z.string().transform((value) => value.split(',').map((each) => each.trim()));

const nameList = z
  .string()
  .regex(/^[!-+.-~-]{1,64}(,[!-+.-~-]{1,64})*$/, 'must be names of up to 64 visible characters')
  .transform((value) => value.split(','));

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const Environment = z.object({
  NODE_ENV: withDefault(z.enum(['development', 'test', 'production']), 'development'),
  /** Public HTTP and Socket.IO. */
  PORT: withDefault(port, 4000),
  HOST: withDefault(z.string().min(1), '0.0.0.0'),
  /** `/livez`, `/readyz`, `/metrics`; never public. PORT + 1000 unless given. */
  OPS_PORT: optional(port),
  REDIS_URL: optional(redisUrl),
  KEY_PREFIX: withDefault(
    z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 of letters, digits, _ . : -'),
    'switchboard:',
  ),
  NODE_ID: optional(NodeId),
  LOG_LEVEL: withDefault(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']), 'info'),
  /** What the namespace `/` speaks. */
  ROOT_DIALECT: withDefault(z.enum(dialectNames), 'room-server'),
  ...authVariables,
  ...iceVariables,
  /** Who can log in by a password, which it has hashed; see `hash-password.ts`. */
  USERS_FILE: optional(z.string().min(1)),
  ...limitVariables,
  CORS_ORIGIN: optional(originList),
  /** Where join links point. */
  CLIENT_BASE_URL: optional(baseUrl),
  /** Names of places where an SFU would plug in; each new session is given one of them. */
  SFU_NODES: optional(nameList),
  ROOM_CAPACITY: withDefault(count(limits.roomCapacity), 50),
  MAX_ROOMS_PER_SESSION: withDefault(count(1_000), 20),
  /** Commands a second and session; twice as many may come at once. */
  COMMANDS_PER_SECOND: withDefault(count(1_000_000), 250),
  /** Heartbeat; with PING_TIMEOUT_MS at most 12 s, so that clients leave a frozen node in time. */
  PING_INTERVAL_MS: withDefault(count(60_000), 6_000),
  PING_TIMEOUT_MS: withDefault(count(60_000), 5_000),
  /** What may wait for a client that does not read, before its connection is closed. */
  OUTBOUND_MESSAGES: withDefault(count(1_000_000), 2_048),
  OUTBOUND_BYTES: withDefault(count(1_000_000_000), 4 * 1024 * 1024),
  /** How long a node lets signals gather that come closer together than that; 0: not at all. */
  COALESCE_MS: withDefault(whole(0, 50), 5),
  /** At a stop: how long load balancers get to notice, before connections are closed. */
  DRAIN_NOTICE_MS: withDefault(milliseconds, 3_000),
  /** At a stop: how long closing all connections may take altogether. */
  DRAIN_DEADLINE_MS: withDefault(milliseconds, 25_000),
  /** Of its connections, what a node with too many closes in a second at most; 0: none. */
  SHED_PERCENT: withDefault(whole(0, 100), 1),
  /** How far over the mean of all nodes is too many. */
  SHED_TOLERANCE_PERCENT: withDefault(count(1_000), 10),
});

/** The variables that a node reads, and no others. */
export const variableNames: readonly string[] = Object.keys(Environment.shape);

export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly nodeId: NodeId;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  readonly redis: { readonly url: string; readonly keyPrefix: string } | null;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly rootDialect: DialectName;
  readonly auth: AuthConfig;
  readonly ice: IceConfig;
  readonly users: readonly UserEntry[];
  readonly limits: LimitConfig;
  /** Origins whose pages may call this node; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** Without a slash at its end; null for the address of this node. */
  readonly clientBaseUrl: string | null;
  readonly sfuNodes: readonly string[];
  readonly roomCapacity: number;
  readonly maxRoomsPerSession: number;
  readonly commandsPerSecond: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly outboundMessages: number;
  readonly outboundBytes: number;
  readonly coalesceMs: number;
  readonly drainNoticeMs: number;
  readonly drainDeadlineMs: number;
  readonly shedPercent: number;
  readonly shedTolerancePercent: number;
}

/**
 * Reads the configuration.
 *
 * @throws ConfigError naming every wrong variable; values are not repeated, some are secret.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConfigError(lines.join('\n'));
  }
  const values = parsed.data;
  const isProduction = values.NODE_ENV === 'production';
  if (values.PING_INTERVAL_MS + values.PING_TIMEOUT_MS > 12_000) {
    throw new ConfigError('PING_INTERVAL_MS: with PING_TIMEOUT_MS must be at most 12000');
  }
  const opsPort = values.OPS_PORT ?? (values.PORT === 0 ? 0 : values.PORT + 1_000);
  if (opsPort > 65_535 || (opsPort === values.PORT && opsPort !== 0)) {
    throw new ConfigError('OPS_PORT: must be a port of its own; it is PORT + 1000 unless given');
  }
  return Object.freeze<Config>({
    environment: values.NODE_ENV,
    nodeId: values.NODE_ID ?? NodeId.parse(`node-${randomId()}`),
    host: values.HOST,
    port: values.PORT,
    opsPort,
    redis: values.REDIS_URL ? { url: values.REDIS_URL, keyPrefix: values.KEY_PREFIX } : null,
    logLevel: values.LOG_LEVEL,
    rootDialect: values.ROOT_DIALECT,
    auth: readAuthConfig(values, { isProduction }),
    ice: readIceConfig(values),
    users: readUsers(values.USERS_FILE ?? null, {
      isDevelopment: values.NODE_ENV === 'development',
    }),
    limits: readLimitConfig(values),
    corsOrigins: values.CORS_ORIGIN ?? (isProduction ? [] : ['*']),
    clientBaseUrl: values.CLIENT_BASE_URL ?? null,
    sfuNodes: values.SFU_NODES ?? [],
    roomCapacity: values.ROOM_CAPACITY,
    maxRoomsPerSession: values.MAX_ROOMS_PER_SESSION,
    commandsPerSecond: values.COMMANDS_PER_SECOND,
    pingIntervalMs: values.PING_INTERVAL_MS,
    pingTimeoutMs: values.PING_TIMEOUT_MS,
    outboundMessages: values.OUTBOUND_MESSAGES,
    outboundBytes: values.OUTBOUND_BYTES,
    coalesceMs: values.COALESCE_MS,
    drainNoticeMs: values.DRAIN_NOTICE_MS,
    drainDeadlineMs: values.DRAIN_DEADLINE_MS,
    shedPercent: values.SHED_PERCENT,
    shedTolerancePercent: values.SHED_TOLERANCE_PERCENT,
  });
}
