import { type DialectName, dialects } from '@switchboard/dialects';
import { carepulse } from './carepulse.ts';
import { attendInDialect, type Driver, type Phrasebook } from './driver.ts';
import { healthconnect } from './healthconnect.ts';
import { roomServer } from './room-server.ts';
import { sdk } from './sdk.ts';

/** Still without video-call and remote-assist: what the README says of their pairs is not shown. */
const phrasebooks = {
  healthconnect,
  'room-server': roomServer,
  carepulse,
} satisfies { readonly [K in keyof typeof dialects]?: Phrasebook };

/** All who can meet, by name. */
export const drivers: ReadonlyMap<string, Driver> = new Map([
  ['sdk', sdk],
  ...Object.entries(phrasebooks).map(([name, phrases]): [string, Driver] => {
    const { says, hears } = dialects[name as keyof typeof phrasebooks];
    const attend: Driver['attend'] = (url, userId) =>
      attendInDialect(name as DialectName, phrases, { url, userId });
    return [name, { says, hears, attend }];
  }),
]);
