import type { Room } from '../room/room.ts';
import type { PeerConnectionPort } from './rtc.ts';

export interface IceOptions {
  /** STUN and TURN servers for every connection, instead of those that the cluster names. */
  readonly iceServers?: readonly RTCIceServer[];
  /**
   * `relay` lets media go by TURN servers alone, so that neither side learns the other's address;
   * `all` by default.
   */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
}

/** By which servers the connections of a room look for ways. */
export class IceSetup {
  readonly #options: IceOptions;
  readonly #room: Pick<Room, 'iceServers'>;

  constructor(options: IceOptions, room: Pick<Room, 'iceServers'>) {
    this.#options = options;
    this.#room = room;
  }

  /** What a connection is made with. It is to look for no way before it has been `supply`ed. */
  get configuration(): RTCConfiguration {
    const { iceServers = [], iceTransportPolicy = 'all' } = this.#options;
    return { iceServers: [...iceServers], iceTransportPolicy };
  }

  /**
   * Gives a connection servers whose credentials are good, for what it begins next.
   *
   * @param options.anew asks the cluster even where those it has named are still good.
   * @throws SwitchboardError where the cluster names none.
   */
  async supply(
    connection: PeerConnectionPort,
    { anew }: { readonly anew: boolean },
  ): Promise<void> {
    if (this.#options.iceServers) return;
    const iceServers = await this.#room.iceServers({ anew });
    if (connection.connectionState === 'closed') return;
    connection.setConfiguration({ ...this.configuration, iceServers: [...iceServers] });
  }
}
