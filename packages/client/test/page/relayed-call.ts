import { PeerConnections, SwitchboardClient } from '../../src/index.ts';
import { pause } from './side.ts';
import { makeTrack } from './tracks.ts';

/** What one side of a call that may use TURN servers alone has come to. */
export interface RelayedSide {
  readonly state: RTCPeerConnectionState;
  /** Types of the candidates that it has found for itself. */
  readonly candidates: readonly string[];
  /** By the pair of candidates in use, where there is one. */
  readonly pair: { readonly local: string; readonly bytesReceived: number } | null;
  /** The codes with which servers refused it (RFC 8656, section 19). */
  readonly refusals: readonly number[];
}

/** More than connectivity checks amount to: with them alone it is not reached. */
const mediaBytes = 20_000;

/** A call of two clients of a node, until media flow both ways, or no way is left to be tried. */
export async function relayedCall(url: string): Promise<RelayedSide[]> {
  const sides = [new RelayedPeer(), new RelayedPeer()] as const;
  for (const side of sides) await side.join(url);
  await Promise.race([
    Promise.all(sides.map((side) => side.receives(mediaBytes))),
    Promise.all(sides.map((side) => side.refused)),
  ]);
  const reports = await Promise.all(sides.map((side) => side.report()));
  for (const side of sides) side.client.close();
  return reports;
}

class RelayedPeer {
  readonly client = new SwitchboardClient();
  readonly #made = Promise.withResolvers<RTCPeerConnection>();
  readonly #refused = Promise.withResolvers<void>();
  readonly #refusals: number[] = [];
  readonly #candidates: string[] = [];

  /** Resolves when all servers have been asked, and have refused. */
  get refused(): Promise<void> {
    return this.#refused.promise;
  }

  async join(url: string): Promise<void> {
    await this.client.connect({ url });
    const room = await this.client.join('relayed');
    const observe = (connection: RTCPeerConnection) => this.#observe(connection);
    const peers = new PeerConnections(room, {
      iceTransportPolicy: 'relay',
      RTCPeerConnection: class extends RTCPeerConnection {
        constructor(configuration: RTCConfiguration) {
          super(configuration);
          observe(this);
        }
      },
    });
    peers.setTrack('camera', makeTrack('camera'));
    peers.setTrack('microphone', makeTrack('microphone'));
  }

  async receives(bytes: number): Promise<void> {
    while (((await this.report()).pair?.bytesReceived ?? 0) < bytes) await pause(100);
  }

  async report(): Promise<RelayedSide> {
    const connection = await this.#made.promise;
    return {
      state: connection.connectionState,
      candidates: this.#candidates,
      pair: await pairInUse(connection),
      refusals: this.#refusals,
    };
  }

  #observe(connection: RTCPeerConnection): void {
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.type) this.#candidates.push(candidate.type);
    });
    connection.addEventListener('icecandidateerror', ({ errorCode }) => {
      this.#refusals.push(errorCode);
    });
    connection.addEventListener('icegatheringstatechange', () => {
      const isOver = connection.iceGatheringState === 'complete';
      if (isOver && this.#candidates.length === 0) this.#refused.resolve();
    });
    this.#made.resolve(connection);
  }
}

async function pairInUse(connection: RTCPeerConnection): Promise<RelayedSide['pair']> {
  const stats = new Map<string, Record<string, unknown>>(await connection.getStats());
  const transport = [...stats.values()].find((each) => each['type'] === 'transport');
  const pair = stats.get(String(transport?.['selectedCandidatePairId']));
  const local = stats.get(String(pair?.['localCandidateId']));
  return pair && local
    ? { local: String(local['candidateType']), bytesReceived: Number(pair['bytesReceived']) }
    : null;
}
