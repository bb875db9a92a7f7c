import {
  type CommandInput,
  type CommandName,
  type Grants,
  type MediaState,
  type Right,
  type RoomId,
  SignalingError,
  type UserId,
} from '@switchboard/protocol';
import type { Principal } from './principal.ts';
import { matchesPattern } from './room-pattern.ts';

/** One thing that a command needs: a right, or to be let into a room. */
export type Need = Right | { readonly room: RoomId };

/** Whoever is in a room, or asks about nothing but itself, needs no more than that. */
const nothing: readonly Need[] = [];

const toShare = ({ screen }: { readonly [K in keyof MediaState]?: boolean | undefined }) =>
  screen ? (['shareScreen'] as const) : nothing;

/**
 * SPEC 7.7: what each command needs. To be in the room that it names is not listed: that is the
 * room's to say. Nor is `create`: only the room store knows whether a join makes the room.
 */
export const needs: {
  readonly [K in CommandName]: (input: CommandInput<K>) => readonly Need[];
} = {
  'room:join': ({ roomId, media }) => [{ room: roomId }, ...toShare(media)],
  'room:leave': () => nothing,
  // Any of several rights will do, and being named by the room: see commands/end-room.ts.
  'room:end': () => nothing,
  'media:update': ({ media }) => toShare(media),
  'auth:refresh': () => nothing,
  'session:identify': () => nothing,
  'session:withdraw': () => nothing,
  'room:relay': () => nothing,
  'chat:send': () => nothing,
  'chat:history': () => nothing,
  'chat:typing': () => nothing,
  'annotation:put': () => ['annotate'],
  'annotation:remove': () => ['annotate'],
  'annotation:list': () => nothing,
  signal: () => nothing,
  'presence:watch': () => ['call'],
  'presence:unwatch': () => nothing,
  // Whom a call leads to a room need not be let into it otherwise, so the caller has to be.
  'call:invite': ({ roomId }) => (roomId === undefined ? ['call'] : ['call', { room: roomId }]),
  'call:accept': () => nothing,
  'call:reject': () => nothing,
  'call:cancel': () => nothing,
  'call:end': () => nothing,
  'ice:servers': () => nothing,
};

/** Where no token is demanded, all that a plain room needs; nothing that is about others. */
const openGrants: Grants = Object.freeze({
  rooms: ['*'],
  create: true,
  admin: false,
  call: true,
  shareScreen: true,
  annotate: true,
  moderate: false,
});

const noGrants: Grants = Object.freeze({
  rooms: [],
  create: false,
  admin: false,
  call: false,
  shareScreen: false,
  annotate: false,
  moderate: false,
});

/** What a room gives to the users it names, beside letting them in. */
const leftToRoom: ReadonlySet<Need> = new Set<Right>(['shareScreen', 'annotate']);

/**
 * The user who may do something in a room only if that room names them, because a token without
 * grants leaves everything to rooms; null of somebody who may anyway. Whatever `authorize` lets
 * such a user do is not decided yet: the room store has to be asked with this.
 */
export const onlyAsEntitled = (principal: Principal): UserId | null =>
  principal.kind === 'user' && principal.grants === null ? principal.userId : null;

/** What a principal may do, whatever a room says. */
const grantsOf = (principal: Principal): Grants =>
  principal.kind === 'open' ? openGrants : (principal.grants ?? noGrants);

/**
 * The one place where it is decided whether a command may be carried out; called once for each,
 * after it has been parsed and before anything is done.
 *
 * @throws SignalingError `forbidden`
 */
export function authorize<K extends CommandName>(
  principal: Principal,
  {
    name,
    input,
    isLedTo = () => false,
  }: {
    readonly name: K;
    readonly input: CommandInput<K>;
    /** Whether a call that was accepted is to happen in that room, which lets its two users in. */
    readonly isLedTo?: (room: RoomId) => boolean;
  },
): void {
  const grants = grantsOf(principal);
  const isLeft = onlyAsEntitled(principal) === null ? () => false : isLeftToRoom;
  const missing = needs[name](input).find(
    (need) => !isMet(need, { grants, isLedTo }) && !isLeft(need),
  );
  if (missing === undefined) return;
  if (typeof missing !== 'string') throw mayNotJoin();
  throw new SignalingError('forbidden', { message: `This takes the grant "${missing}".` });
}

/** Says nothing of whether there is such a room. */
export const mayNotJoin = (): SignalingError =>
  new SignalingError('forbidden', { message: 'This principal may not join that room.' });

/**
 * Whether a principal has a right. For what cannot be decided before a command is carried out:
 * only the room store knows whether a join makes its room, and so takes `create`.
 */
export const hasRight = (principal: Principal, right: Right): boolean => grantsOf(principal)[right];

/** Whether a principal may join a room that does not name it. */
export const mayEnterAnyway = (principal: Principal, room: RoomId): boolean =>
  isMet({ room }, { grants: grantsOf(principal), isLedTo: () => false });

const isLeftToRoom = (need: Need): boolean => typeof need !== 'string' || leftToRoom.has(need);

interface Permission {
  readonly grants: Grants;
  readonly isLedTo: (room: RoomId) => boolean;
}

const isMet = (need: Need, { grants, isLedTo }: Permission): boolean =>
  typeof need === 'string'
    ? grants[need]
    : grants.rooms.some((pattern) => matchesPattern(pattern, need.room)) || isLedTo(need.room);
