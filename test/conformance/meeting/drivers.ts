import { type DialectName, dialectNames, dialects } from '@switchboard/dialects';
import { carepulse } from './carepulse.ts';
import { attendInDialect, type Driver, type Phrasebook } from './driver.ts';
import { healthconnect } from './healthconnect.ts';
import { remoteAssist } from './remote-assist.ts';
import { roomServer } from './room-server.ts';
import { sdk } from './sdk.ts';
import { videoCall } from './video-call.ts';

export const phrasebooks: { readonly [K in DialectName]: Phrasebook } = {
  healthconnect,
  'room-server': roomServer,
  'video-call': videoCall,
  'remote-assist': remoteAssist,
  carepulse,
};

/** All who can meet, by name. */
export const drivers: ReadonlyMap<string, Driver> = new Map([
  ['sdk', sdk],
  ...dialectNames.map((name): [string, Driver] => {
    const { says, hears, meetsIn, firstOffer } = dialects[name];
    const attend: Driver['attend'] = async (url, userId) => {
      if (userId === null) throw new Error(`${name} knows nobody without a user id`);
      return attendInDialect(name, phrasebooks[name], { url, userId });
    };
    return [name, { says, hears, meetsIn, firstOffer, attend }];
  }),
]);
