import { carepulse } from './carepulse/index.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { healthconnect } from './healthconnect/index.ts';
import { roomServer } from './room-server/index.ts';

export { type Ability, abilities } from './abilities.ts';
export {
  type ClientIdentity,
  type Dialect,
  type DialectName,
  dialectNames,
  type TranslatorPort,
} from './dialect.ts';
export type { Access, HttpAnswer, HttpRequest, Route } from './http.ts';
export { Translator } from './translator.ts';

/** All older protocols, by name. */
export const dialects = {
  healthconnect,
  'room-server': roomServer,
  carepulse,
} satisfies { readonly [K in DialectName]?: Dialect };
