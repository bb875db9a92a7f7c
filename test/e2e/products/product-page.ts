import { type TestBrowser, waitUntil } from '@switchboard/testkit';
import type { Page } from 'playwright-core';
import type { PageOptions } from './page/main.ts';
import type { ProductSite } from './product-site.ts';

/** As often as the balancer may choose the same node in a row. */
const attempts = 8;

/** The page of an older product in a browser. */
export class ProductPage {
  readonly #page: Page;
  #node = '';

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Opens the page, which is not connected yet. */
  static async open(
    { browser, site }: { readonly browser: TestBrowser; readonly site: ProductSite },
    options: PageOptions,
  ): Promise<ProductPage> {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.evaluate((each) => void window.openPage(each), options);
    return new ProductPage(page);
  }

  /** Connects through the balancer, but not to the node that is named. */
  async connect(notAt?: string): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      this.#node = await this.#page.evaluate(() => window.opened.connect());
      if (this.#node !== notAt) return;
    }
    throw new Error('the balancer sent everybody to one node');
  }

  /** The name of the node that holds this page's connection. */
  get node(): string {
    return this.#node;
  }

  join(): Promise<void> {
    return this.#page.evaluate(() => window.opened.join());
  }

  leave(): Promise<void> {
    return this.#page.evaluate(() => window.opened.leave());
  }

  /** Resolves when this many more pictures have been decoded than there were, and are shown. */
  async seesMoving(frames = 20): Promise<void> {
    const decoded = () => this.#page.evaluate(() => window.opened.framesDecoded());
    const before = await decoded();
    await waitUntil(decoded, (count) => count >= before + frames, {
      ...{ what: `${frames} more pictures of the other side`, timeoutMs: 30_000, intervalMs: 100 },
    });
  }

  /** Resolves when the page has been told, in its own protocol, that the other one has gone. */
  async isToldOfLeaving(): Promise<void> {
    await this.#page.locator('html[data-call=over]').waitFor();
  }

  faults(): Promise<readonly string[]> {
    return this.#page.evaluate(() => window.opened.faults);
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }
}
