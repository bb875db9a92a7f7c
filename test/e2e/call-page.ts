import { type TestBrowser, waitUntil } from '@switchboard/testkit';
import type { Locator, Page } from 'playwright-core';

export interface CallPageOptions {
  readonly room: string;
  readonly name: string;
  /** Socket.IO transports, as the page's `?transports=` takes them. */
  readonly transports?: string;
}

/** The call page in a browser, as a person sees it. */
export class CallPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page, gives a name and a room, and joins. */
  static async join(
    browser: TestBrowser,
    url: string,
    { room, name, transports }: CallPageOptions,
  ): Promise<CallPage> {
    const page = await browser.newPage();
    await page.addInitScript(keepPeerConnections);
    const address = new URL('/', url);
    address.searchParams.set('room', room);
    if (transports) address.searchParams.set('transports', transports);
    await page.goto(address.href);
    const call = new CallPage(page);
    await call.element('name').fill(name);
    await call.element('join').click();
    await call.element('own').waitFor();
    return call;
  }

  element(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** The name of the node that holds this page's connection. */
  async node(): Promise<string> {
    const sid = await this.page.evaluate(() => document.documentElement.dataset['sid'] ?? '');
    return sid.split('.')[0] ?? '';
  }

  async peerId(): Promise<string | undefined> {
    return this.page.evaluate(() => document.documentElement.dataset['peerId']);
  }

  /** Resolves when this page is connected to another node than that one. */
  async isConnectedElsewhere(former: string): Promise<void> {
    await this.page.waitForFunction(
      (node) => {
        const { sid, connection } = document.documentElement.dataset;
        return connection === 'connected' && sid?.split('.')[0] !== node;
      },
      former,
      { timeout: 20_000 },
    );
  }

  /** Pictures of the other side that this browser has decoded so far. */
  async framesDecoded(): Promise<number> {
    const video = this.element('remote-video').first();
    if ((await video.count()) === 0) return 0;
    return video.evaluate((element) => {
      const { videoWidth } = element as HTMLVideoElement;
      const { totalVideoFrames } = (element as HTMLVideoElement).getVideoPlaybackQuality();
      return videoWidth > 0 ? totalVideoFrames : 0;
    });
  }

  /** Resolves when this many more pictures have been decoded than there were. */
  async seesMoving(frames = 20): Promise<void> {
    const before = await this.framesDecoded();
    await waitUntil(
      () => this.framesDecoded(),
      (decoded) => decoded >= before + frames,
      { what: `${frames} more pictures of the other side`, timeoutMs: 30_000, intervalMs: 100 },
    );
  }

  /** From here on, the longest time between two decoded pictures is measured. */
  async measureGaps(): Promise<void> {
    await this.element('remote-video')
      .first()
      .evaluate((element) => {
        const video = element as HTMLVideoElement;
        const { dataset } = document.documentElement;
        let decoded = video.getVideoPlaybackQuality().totalVideoFrames;
        let since = performance.now();
        dataset['longestGapMs'] = '0';
        setInterval(() => {
          const { totalVideoFrames } = video.getVideoPlaybackQuality();
          const gapMs = performance.now() - since;
          dataset['longestGapMs'] = `${Math.max(Number(dataset['longestGapMs']), gapMs)}`;
          if (totalVideoFrames === decoded) return;
          decoded = totalVideoFrames;
          since = performance.now();
        }, 20);
      });
  }

  /** Milliseconds. */
  async longestGap(): Promise<number> {
    return this.page.evaluate(() => Number(document.documentElement.dataset['longestGapMs']));
  }

  /** Starts an ICE restart on this side. @returns the credentials that are in use until then. */
  async restartIce(): Promise<string> {
    return this.page.evaluate(() => {
      const [connection] = (window as unknown as KeptConnections).peerConnections.slice(-1);
      connection?.restartIce();
      return /a=ice-ufrag:(\S+)/.exec(connection?.currentRemoteDescription?.sdp ?? '')?.[1] ?? '';
    });
  }

  /** Resolves when both sides have agreed on other ICE credentials, and media flows with them. */
  async iceIsRestarted(former: string): Promise<void> {
    await this.page.waitForFunction(
      (ufrag) => {
        const [connection] = (window as unknown as KeptConnections).peerConnections.slice(-1);
        if (connection?.signalingState !== 'stable') return false;
        const sdp = connection.currentRemoteDescription?.sdp ?? '';
        const current = /a=ice-ufrag:(\S+)/.exec(sdp)?.[1];
        return current !== ufrag && connection.connectionState === 'connected';
      },
      former,
      { timeout: 20_000 },
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

interface KeptConnections {
  peerConnections: RTCPeerConnection[];
}

/** Runs in the page before anything else: the page itself shows nobody its connections. */
function keepPeerConnections(): void {
  const kept: RTCPeerConnection[] = [];
  (window as unknown as KeptConnections).peerConnections = kept;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
  };
}
