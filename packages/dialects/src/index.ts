import { carepulse } from './carepulse/index.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { healthconnect } from './healthconnect/index.ts';
import { remoteAssist } from './remote-assist/index.ts';
import { roomServer } from './room-server/index.ts';
import { videoCall } from './video-call/index.ts';

export {
  type Abilities,
  type Ability,
  abilities,
  type MeetingPlace,
  sdkAbilities,
} from './abilities.ts';
export {
  type ClientIdentity,
  type Dialect,
  type DialectName,
  dialectNames,
  type TranslatorPort,
} from './dialect.ts';
export { answerHealth } from './health.ts';
export type {
  Access,
  Caller,
  HttpAnswer,
  HttpRequest,
  JoinPass,
  PageName,
  Route,
} from './http.ts';
export { relayNames } from './relay-names.ts';
export type * from './server-api.ts';
export { Translator } from './translator.ts';

/** All older protocols, by name. */
export const dialects = {
  healthconnect,
  'room-server': roomServer,
  'video-call': videoCall,
  'remote-assist': remoteAssist,
  carepulse,
} satisfies { readonly [K in DialectName]?: Dialect };
