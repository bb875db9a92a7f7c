import type { IceConfiguration } from '@switchboard/protocol';
import type { Send } from '../room/join.ts';

/** Credentials live no longer, so a clock that says otherwise is wrong. */
const longestMs = 60 * 60 * 1_000;

/** The part of its life in which a credential is taken for good: what begins with it needs time. */
const freshPart = 3 / 4;

interface Known {
  readonly servers: readonly RTCIceServer[];
  /** On the clock of `performance.now()`. */
  readonly freshUntil: number;
}

/** The ICE servers that the cluster names to this client: asked for once, and again in time. */
export class IceServers {
  readonly #send: Send;
  #known: Known | null = null;
  #asking: Promise<readonly RTCIceServer[]> | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * @param options.anew asks even where what is known is still good.
   * @throws SwitchboardError
   */
  async get({ anew = false }: { readonly anew?: boolean } = {}): Promise<readonly RTCIceServer[]> {
    const known = this.#known;
    if (known && !anew && performance.now() < known.freshUntil) return known.servers;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  #ask(): Promise<readonly RTCIceServer[]> {
    return this.#send({
      command: 'ice:servers',
      payload: {},
      take: (answer) => {
        this.#known = {
          servers: serversOf(answer),
          freshUntil: performance.now() + freshMs(answer),
        };
        return this.#known.servers;
      },
    });
  }
}

/** By a clock that runs ahead of the cluster's, nothing is fresh, and each use asks. */
function freshMs({ expiresAt }: IceConfiguration): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  return freshPart * Math.min(Math.max(expiresAt - Date.now(), 0), longestMs);
}

const serversOf = ({ iceServers }: IceConfiguration): readonly RTCIceServer[] =>
  iceServers.map(({ urls, username, credential }) => ({
    urls: [...urls],
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }));
