import type { Abilities, DialectName } from '@switchboard/dialects';
import type { FirstOffer } from '@switchboard/protocol';
import { Recorder } from '@switchboard/testkit/contracts';
import { DialectClient } from '../dialect-client.ts';
import type { Act, ActInRoom } from './act.ts';

/** Whom something is for: each protocol knows people by one or the other. */
export interface Address {
  readonly peerId: string;
  readonly userId: string;
}

/** One of two who meet. */
export interface Attendee extends Disposable {
  readonly address: Address;
  /** All that it has been told of the other. */
  readonly told: Recorder<Act>;
  /** Users to whom it makes the first offer, as its protocol has it. */
  readonly offersTo: Recorder<string>;
  /** Resolves when it is in. */
  join(roomId: string): Promise<void>;
  /** Is asked only for what its protocol can say. */
  act(act: ActInRoom, to: Address): void | Promise<void>;
  leave(): void | Promise<void>;
}

/** How a protocol takes part in the suite. */
export interface Driver extends Abilities {
  /** Which of two of its clients makes the first offer. */
  readonly firstOffer: FirstOffer;
  /** @param userId null of somebody who says nothing of it, where the protocol allows that. */
  attend(url: string, userId: string | null): Promise<Attendee>;
}

/** An event with its arguments. */
export type Emission = readonly [event: string, ...args: unknown[]];

/** Where a client is, and who it is. */
export interface Standing {
  readonly roomId: string;
  readonly userId: string;
}

/** How clients of an older protocol word what they do, and what they are told. */
export interface Phrasebook {
  readonly join: (standing: Standing) => Emission;
  /** Absent where one leaves by disconnecting. */
  readonly leave?: (standing: Standing) => Emission;
  readonly say: (act: ActInRoom, to: Address, standing: Standing) => Emission;
  /** By event; undefined for one that tells of none of these acts. */
  readonly hear: Readonly<Record<string, (payload: never) => Act | undefined>>;
  /** At which event its clients offer, and to which users, their own aside. */
  readonly offer: readonly [event: string, (payload: never) => readonly string[]];
}

/** One older protocol, by a plain client of Socket.IO. */
export async function attendInDialect(
  dialect: DialectName,
  phrases: Phrasebook,
  { url, userId, token }: { url: string; userId: string; token?: string },
): Promise<Attendee & { readonly client: DialectClient }> {
  const options = { dialect, ...(token !== undefined && { token }) };
  const client = await DialectClient.connect(url, options);
  const told = new Recorder<Act>();
  const offersTo = new Recorder<string>();
  const [cue, usersOf] = phrases.offer;
  client.socket.onAny((event: string, ...args: unknown[]) => {
    for (const user of event === cue ? usersOf(args[0] as never) : []) {
      if (user !== userId) offersTo.record(user);
    }
    const act = Object.hasOwn(phrases.hear, event) && phrases.hear[event]?.(args[0] as never);
    if (act) told.record(act);
  });
  let standing: Standing = { roomId: '', userId };
  return {
    client,
    address: { peerId: client.id, userId },
    told,
    offersTo,
    join: async (roomId) => {
      standing = { roomId, userId };
      const isIn = client.toBringAlong(roomId);
      client.emit(...phrases.join(standing));
      await isIn;
    },
    act: (act, to) => client.emit(...phrases.say(act, to, standing)),
    leave: () => {
      if (phrases.leave) client.emit(...phrases.leave(standing));
      else client[Symbol.dispose]();
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}
