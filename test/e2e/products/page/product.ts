import type { Socket } from 'socket.io-client';
import type { Call } from './call.ts';

/** What a page is opened with. */
export interface Seat {
  /** The address of the cluster: all that changes when a product moves to it. */
  readonly url: string;
  readonly roomId: string;
  readonly userId: string;
  /** In the product's own words. */
  readonly role: string;
  /** The user to call, in a product where one calls a user. */
  readonly callee?: string;
}

/** The page of an older product: joins, and says how one leaves. */
export type Product = (seat: Seat, call: Call, socket: Socket) => () => void;
