/** What a row is about: whoever does it is the actor, and somebody else is in the room. */
export interface Scene {
  readonly roomId: string;
  /** The actor's own. */
  readonly userId: string;
  /** Who is in the room. */
  readonly other: { readonly peerId: string; readonly userId: string };
}

export type Fault = 'malformed' | 'forbidden' | 'out of order';

/** How far the actor has come, before it does what is wrong. */
export type Stage = 'connected' | 'in the room' | 'gone from the room';

/** An event with its arguments. */
export type Emission = readonly [event: string, ...args: unknown[]];

export interface Row {
  readonly fault: Fault;
  readonly stage: Stage;
  /** Comes with a token that says who it is and grants one room and nothing besides. */
  readonly isVouched?: true;
  /** It is asked for already, or nothing to refuse, and so passed over. */
  readonly isQuiet?: true;
  readonly emission: (scene: Scene) => Emission;
}

export interface Refusals {
  /** How the actor goes from a room; absent where one disconnects. */
  readonly leave?: (scene: Scene) => Emission;
  readonly rows: readonly Row[];
  /** Events of which something cannot be wrong, with what that is. */
  readonly exempt: Readonly<Record<string, readonly Fault[]>>;
}

type Emit = Row['emission'];

/** While the actor is in the room. */
export const malformed = (...emissions: readonly Emit[]): Row[] =>
  emissions.map((emission) => ({ fault: 'malformed', stage: 'in the room', emission }));

/** Before the actor has joined. */
export const early = (...emissions: readonly Emit[]): Row[] =>
  emissions.map((emission) => ({ fault: 'out of order', stage: 'connected', emission }));

/** After the actor has left. */
export const late = (...emissions: readonly Emit[]): Row[] =>
  emissions.map((emission) => ({ fault: 'out of order', stage: 'gone from the room', emission }));

/** By an actor whose token lets it in, or not even that. */
export const forbidden = (stage: Stage, ...emissions: readonly Emit[]): Row[] =>
  emissions.map((emission) => ({ fault: 'forbidden', stage, isVouched: true, emission }));

/** The same rows, answered with nothing. */
export const quiet = (rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, isQuiet: true }));

/** Of a protocol that joins by two arguments: as another, and where the token does not lead. */
export const forbiddenJoins = forbidden(
  'connected',
  ({ roomId, other }) => ['join-room', roomId, other.userId],
  ({ roomId, userId }) => ['join-room', `${roomId}-of-others`, userId],
);
