import { startBrowser, type TestBrowser } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from './page/two-sides.ts';
import { type ServedPage, servePage } from './serve-page.ts';

/**
 * Peer connections with a browser's own WebRTC: two sides in one page (`page/two-sides.ts`), with
 * signals between them that take a while.
 */

let browser: TestBrowser;
let page: ServedPage<Report>;

beforeAll(async () => {
  browser = await startBrowser();
  page = await servePage(browser, 'two-sides');
});
afterAll(async () => {
  await page[Symbol.asyncDispose]();
  await browser[Symbol.asyncDispose]();
});

const call = (expression: string) => page.evaluate(expression);

const expectGood = ({ faults, sides }: Report): void => {
  expect(faults).toEqual([]);
  for (const { receives, sent, silent, state } of sides) {
    expect(receives).toEqual(expect.arrayContaining([...sent]));
    expect(silent).toEqual([]);
    expect(state).toBe('connected');
  }
};

describe('what both sides have from the start is heard and seen', () => {
  // Of these pairs, some cannot be negotiated in Chromium 148 to 156 if both sides offer at once.
  test.each([
    [[], []],
    [['camera', 'microphone'], []],
    [[], ['camera', 'microphone']],
    [['microphone'], ['camera', 'microphone']],
    [['microphone'], ['camera']],
    [['camera'], ['microphone', 'camera']],
    [
      ['camera', 'microphone'],
      ['camera', 'microphone'],
    ],
    [
      ['screen', 'microphone'],
      ['camera', 'screen', 'microphone'],
    ],
  ])('%j and %j', async (first, second) => {
    expectGood(await call(`callWith(${JSON.stringify(first)}, ${JSON.stringify(second)})`));
  });
});

test('a call costs one offer and one answer, and its candidates', async () => {
  const both = JSON.stringify(['camera', 'microphone']);
  const { signals } = await call(`callWith(${both}, ${both})`);
  // Two descriptions; the candidates and their ends depend on the machine's network interfaces.
  expect(signals).toBeLessThan(2 + 2 * 12);
});

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  'whatever both sides do at once, each receives what the other sends (seed %i)',
  async (seed) => {
    expectGood(await call(`randomCall(${seed})`));
  },
);
