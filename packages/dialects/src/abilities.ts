/** What two clients in one room can do with each other; README.md's table has one column each. */
export const abilities = [
  'join',
  'leave',
  'signal',
  'microphone',
  'camera',
  'screen share',
  'chat',
  'typing',
  'annotation',
  'end call',
] as const;
export type Ability = (typeof abilities)[number];

/** In which rooms a client can be. */
export const meetingPlaces = ['any room', 'appointments'] as const;
export type MeetingPlace = (typeof meetingPlaces)[number];

/** What a client can bring about for others in a room, and what it learns of others. */
export interface Abilities {
  readonly says: readonly Ability[];
  readonly hears: readonly Ability[];
  /** Of two, the narrower counts. */
  readonly meetsIn: MeetingPlace;
}

/** Those of the SDK of the canonical protocol. */
export const sdkAbilities: Abilities = { says: abilities, hears: abilities, meetsIn: 'any room' };
