import { z } from 'zod';
import { defaultTenant, printableText, TenantId, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { DisplayName, Role } from './room.ts';

/** A JSON Web Token in its compact form (RFC 7519, RFC 7515 section 7.1). */
export const Token = z.string().min(1).max(limits.tokenLength);

/** A room id in which `*` stands for any characters, or none. No other character is special. */
export const RoomPattern = printableText(limits.roomIdLength);
export type RoomPattern = z.infer<typeof RoomPattern>;

/** What the bearer of a token may do; what is not named is not granted. */
export const Grants = z.object({
  /** The rooms that may be joined. */
  rooms: z.array(RoomPattern).max(limits.grantedRooms).default([]),
  /** To bring a room into being. */
  create: z.boolean().default(false),
  /** To see and end what is others'. */
  admin: z.boolean().default(false),
  /** To call other users. */
  call: z.boolean().default(false),
  shareScreen: z.boolean().default(false),
  annotate: z.boolean().default(false),
  /** To admit, mute and remove others. */
  moderate: z.boolean().default(false),
});
export type Grants = z.output<typeof Grants>;

/** Something that a token can grant beyond rooms. */
export type Right = Exclude<keyof Grants, 'rooms'>;

/**
 * What a token says (RFC 7519). Claims beyond these are passed over, because issuers add their
 * own. A token without `grants` may do what the rooms that name its `sub` allow.
 */
export const TokenClaims = z.object({
  sub: UserId,
  name: DisplayName.optional(),
  role: Role.optional(),
  tenant: TenantId.default(defaultTenant),
  grants: Grants.optional(),
  /** Epoch seconds; a token without it does not expire. */
  exp: z.number().optional(),
});
export type TokenClaims = z.output<typeof TokenClaims>;

/** `POST /v1/tokens`: a server of the application asks for a token to hand to its user. */
export const TokenRequest = z.strictObject({
  sub: UserId,
  name: DisplayName.optional(),
  role: Role.optional(),
  tenant: TenantId.default(defaultTenant),
  grants: z.strictObject(Grants.shape).optional(),
  /** Seconds. */
  expiresIn: z.int().min(1).max(limits.tokenLifetimeMax).default(limits.tokenLifetime),
});
export type TokenRequest = z.output<typeof TokenRequest>;

/** The answer to `POST /v1/tokens`. */
export const IssuedToken = z.strictObject({
  token: Token,
  /** Epoch milliseconds. */
  expiresAt: z.int(),
});
export type IssuedToken = z.output<typeof IssuedToken>;
