import type { Browser, BrowserContext, Page } from 'playwright-core';
import { executable } from './executables.ts';

/** Why each is here: a container has no sandbox, no GPU and no way to Chromium's own services. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The balancer's certificate is self-made.
  '--ignore-certificate-errors',
  // A moving picture and a beep instead of devices, and no question whether the page may have them.
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

export interface BrowserOptions {
  /** Further command line flags of Chromium. */
  readonly args?: readonly string[];
}

/** A headless Chromium with a fake camera and microphone. Disposing it closes everything it opened. */
export interface TestBrowser extends AsyncDisposable {
  /** Playwright's own handle, for everything else. */
  readonly browser: Browser;
  /** A browser profile of its own (cookies, storage, connections): one user. */
  newContext(): Promise<BrowserContext>;
  /** A page in a profile of its own. */
  newPage(): Promise<Page>;
}

/**
 * Starts Chromium. It ends with this process, however that ends: Playwright drives it over a pipe.
 *
 * @throws {Error} when there is none and none can be installed.
 */
export async function startBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  // Loaded here: it takes longer to load than the rest of the testkit together.
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: await executable('chromium'),
    headless: true,
    args: [...FLAGS, ...(options.args ?? [])],
  });
  const newContext = (): Promise<BrowserContext> => browser.newContext({ ignoreHTTPSErrors: true });
  return {
    browser,
    newContext,
    newPage: async () => (await newContext()).newPage(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
