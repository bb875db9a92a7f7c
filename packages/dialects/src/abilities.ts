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
