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

/** What a client can bring about for others in a room, and what it learns of others. */
export interface Abilities {
  readonly says: readonly Ability[];
  readonly hears: readonly Ability[];
}

const inRooms = [
  'join',
  'leave',
  'signal',
  'microphone',
  'camera',
  'screen share',
  'chat',
  'typing',
] as const;

/** Those of the SDK of the canonical protocol; annotations are each application's own. */
export const sdkAbilities: Abilities = { says: [...inRooms, 'end call'], hears: inRooms };
