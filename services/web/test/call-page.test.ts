import { type NodeProcess, startBrowser, startNode, type TestBrowser } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

/** The call page as a person uses it, served by a node. `npm test` builds it first. */

type Page = Awaited<ReturnType<TestBrowser['newPage']>>;

let node: NodeProcess;
let browser: TestBrowser;
let rooms = 0;
const faults: string[] = [];

beforeAll(async () => {
  [node, browser] = await Promise.all([
    startNode({ nodeId: 'n1', env: { NODE_ENV: 'test', LOG_LEVEL: 'warn', ROOM_CAPACITY: '3' } }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await node.stop();
});

const newRoom = () => `room-${++rooms}`;

/** Opens the page; `prepare` runs in it before anything else. */
async function open(room: string, name: string, prepare?: () => void): Promise<Page> {
  const page = await browser.newPage();
  if (prepare) await page.addInitScript(prepare);
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|trouble/.test(message.text())) faults.push(message.text());
  });
  const search = new URLSearchParams({ room, name });
  await page.goto(`${node.url}/?${search}`);
  return page;
}

async function join(room: string, name: string, prepare?: () => void): Promise<Page> {
  const page = await open(room, name, prepare);
  await page.getByTestId('join').click();
  await page.getByTestId('own').waitFor();
  return page;
}

const connected = (page: Page) => page.locator('[data-testid=remote][data-link=connected]');

/** Resolves when the element is playing something new. */
async function plays(page: Page, testId: 'remote-video' | 'remote-audio' | 'remote-screen') {
  const at = () =>
    page.getByTestId(testId).evaluate((element) => 'currentTime' in element && element.currentTime);
  let before = Number(await at());
  // A stream that takes the place of another one begins at nought.
  const advances = async () => {
    const now = Number(await at());
    const isLater = now > before;
    before = now;
    return isLater;
  };
  await expect.poll(advances).toBe(true);
}

const close = async (...pages: Page[]) => {
  for (const page of pages) await page.context().close();
  expect(faults.splice(0)).toEqual([]);
};

vi.setConfig({ testTimeout: 60_000 });

test('two people see and hear each other, switch their cameras off and on, and part', async () => {
  const room = newRoom();
  const ann = await join(room, 'Ann');
  await expect.poll(() => ann.getByTestId('invite-link').textContent()).toContain(`?room=${room}`);
  const bob = await join(room, 'Bob');
  for (const page of [ann, bob]) {
    await connected(page).waitFor();
    await plays(page, 'remote-video');
    await plays(page, 'remote-audio');
  }
  expect(await ann.getByTestId('remote').textContent()).toContain('Bob');

  await bob.getByTestId('camera').click();
  await ann.locator('[data-testid=remote] .tile-off').waitFor({ state: 'visible' });
  // A voice does not depend on a picture.
  await plays(ann, 'remote-audio');
  await bob.getByTestId('camera').click();
  await ann.locator('[data-testid=remote] .tile-off').waitFor({ state: 'hidden' });
  await plays(ann, 'remote-video');

  await bob.getByTestId('leave').click();
  await bob.getByTestId('join').waitFor();
  await ann.getByTestId('invite-link').waitFor();
  await close(ann, bob);
});

test('keys mute and switch the camera, except while somebody writes', async () => {
  const room = newRoom();
  const ann = await open(room, '');
  await ann.getByTestId('name').pressSequentially('mv');
  await ann.getByTestId('name').press('Enter');
  await ann.getByTestId('own').waitFor();
  expect(await ann.getByTestId('mute').textContent()).toContain('Mute');
  await ann.keyboard.press('m');
  await expect.poll(() => ann.getByTestId('mute').textContent()).toContain('Unmute');
  await ann.keyboard.press('v');
  await expect.poll(() => ann.getByTestId('camera').textContent()).toContain('Start camera');
  await close(ann);
});

test('a screen is shown large, until it is not shared any more', async () => {
  const room = newRoom();
  const [ann, bob] = await Promise.all([join(room, 'Ann'), join(room, 'Bob')]);
  await connected(ann).waitFor();
  await bob.getByTestId('share').click();
  await ann.getByTestId('remote-screen').waitFor();
  await plays(ann, 'remote-screen');
  expect(await ann.getByTestId('stage').getAttribute('data-arrangement')).toBe('screen');
  await bob.getByTestId('share').click();
  await ann.getByTestId('remote-screen').waitFor({ state: 'detached' });
  expect(await ann.getByTestId('stage').getAttribute('data-arrangement')).toBe('pair');
  await close(ann, bob);
});

test('a room that is full is said to be, and can be joined when somebody has left', async () => {
  const room = newRoom();
  const inside = await Promise.all(['Ann', 'Bob', 'Cid'].map((name) => join(room, name)));
  const dee = await open(room, 'Dee');
  await dee.getByTestId('join').click();
  await expect.poll(() => dee.getByTestId('problem').textContent()).toContain('This room is full');
  await inside[0]?.getByTestId('leave').click();
  await dee.getByTestId('join').click();
  await dee.getByTestId('own').waitFor();
  await expect.poll(() => connected(dee).count()).toBe(2);
  await close(dee, ...inside);
});

test('without camera and microphone one joins all the same, sees and hears', async () => {
  const room = newRoom();
  const ann = await join(room, 'Ann');
  const bob = await open(room, 'Bob', () => {
    Object.defineProperty(MediaDevices.prototype, 'getUserMedia', {
      value: async () => {
        throw new DOMException('', 'NotAllowedError');
      },
    });
  });
  const notes = bob.getByTestId('device-notes');
  await expect.poll(() => notes.textContent()).toContain('Your camera is blocked');
  expect(await notes.textContent()).toContain('Your microphone is blocked');
  await bob.getByTestId('join').click();
  await connected(bob).waitFor();
  await plays(bob, 'remote-video');
  await plays(bob, 'remote-audio');
  await close(ann, bob);
});

// Stopping in order takes seconds by itself, and two browsers on two shared cores some more.
test('when the node restarts, the page says so, and the call comes back', {
  timeout: 90_000,
}, async () => {
  const room = newRoom();
  const [ann, bob] = await Promise.all([join(room, 'Ann'), join(room, 'Bob')]);
  await connected(ann).waitFor();
  const restarted = node.restart();
  const said = () => ann.getByTestId('connection').textContent();
  await expect.poll(said).toContain('Reconnecting');
  await restarted;
  await expect.poll(said).toBe('Connected');
  await connected(ann).waitFor();
  await plays(ann, 'remote-video');
  await close(ann, bob);
});
