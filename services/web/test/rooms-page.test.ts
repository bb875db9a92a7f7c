import { type Cluster, startBrowser, startCluster, type TestBrowser } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The demo client of room-server, as two people use it at two nodes. `npm test` builds it first. */

type Page = Awaited<ReturnType<TestBrowser['newPage']>>;

let cluster: Cluster;
let browser: TestBrowser;
let rooms = 0;
const faults: string[] = [];

beforeAll(async () => {
  const env = { DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' };
  [cluster, browser] = await Promise.all([
    startCluster({ nodes: 2, balancer: false, env }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

async function open(node: 'n1' | 'n2', room: string): Promise<Page> {
  const page = await browser.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  const url = new URL('/example-client-rooms.html', cluster.node(node).url);
  url.searchParams.set('room', room);
  await page.goto(url.href);
  await page.getByText('Connected', { exact: true }).waitFor();
  return page;
}

const newRoom = () => `room-${++rooms}`;
const userOf = (page: Page) => page.getByLabel('User ID').inputValue();

/** The entry of the log that names this event, with this in it. */
const entry = (page: Page, name: string, text: string) =>
  page.getByRole('log').getByRole('listitem').filter({ hasText: name }).filter({ hasText: text });

async function join(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Join' }).click();
  await entry(page, 'room-joined', await userOf(page)).waitFor();
}

const close = async (...pages: Page[]) => {
  for (const page of pages) await page.context().close();
  expect(faults.splice(0)).toEqual([]);
};

test('two users with made-up ids see each other come, speak and go in the log', async () => {
  const room = newRoom();
  const [ann, bob] = await Promise.all([open('n1', room), open('n2', room)]);
  const [annId, bobId] = [await userOf(ann), await userOf(bob)];
  expect(annId).toMatch(/^user_\w+$/);
  expect(bobId).not.toBe(annId);
  await join(ann);
  await join(bob);
  await entry(ann, 'user-connected', bobId).waitFor();
  for (const page of [ann, bob]) {
    const people = page.getByTestId('people').getByRole('listitem');
    expect((await people.allTextContents()).toSorted()).toEqual([annId, bobId].toSorted());
  }
  await bob.getByLabel('Message to everybody in the room').fill('hello');
  await bob.getByRole('button', { name: 'Send' }).click();
  await entry(ann, 'new-message', 'hello').waitFor();
  await bob.getByRole('button', { name: 'Leave' }).click();
  await entry(ann, 'user-disconnected', bobId).waitFor();
  await bob.getByText('Not connected', { exact: true }).waitFor();
  expect(await ann.getByTestId('people').getByRole('listitem').allTextContents()).toEqual([annId]);

  // And comes again, though in this protocol one has left by disconnecting.
  await bob.getByTestId('clear').click();
  await join(bob);
  await entry(ann, 'user-connected', bobId).nth(1).waitFor();
  await close(ann, bob);
});

test('every HTTP route is asked by a button, and its answer is shown', async () => {
  const room = newRoom();
  const page = await open('n1', room);
  await join(page);
  const user = await userOf(page);
  const expected = {
    Server: ['/', { service: 'signaling-server' }],
    Health: ['/health', { status: 'healthy' }],
    Rooms: [
      '/rooms',
      { rooms: expect.arrayContaining([expect.objectContaining({ roomId: room })]) },
    ],
    Connections: [
      '/connections',
      { connections: expect.arrayContaining([expect.objectContaining({ userId: user })]) },
    ],
    Statistics: ['/stats', { uptimeFormatted: expect.any(String) }],
  } as const;
  const buttons = page.getByRole('group', { name: 'Ask over HTTP' }).getByRole('button');
  expect(await buttons.allTextContents()).toEqual(Object.keys(expected));
  for (const [name, [path, body]] of Object.entries(expected)) {
    await page.getByRole('button', { name, exact: true }).click();
    await page.getByText(`GET ${path}: 200`, { exact: true }).waitFor();
    const answer = await page.getByTestId('answer').textContent();
    expect(JSON.parse(answer ?? '')).toMatchObject(body);
  }
  await close(page);
});

test('the latency test comes to a figure', async () => {
  const page = await open('n2', newRoom());
  await page.getByRole('button', { name: 'Test latency' }).click();
  await page.getByText(/^\d+\.\d ms \(\d+\.\d to \d+\.\d, of 10\)$/).waitFor();
  await entry(page, 'pong', 'timestamp').nth(9).waitFor();
  await close(page);
});

test('what is refused is said', async () => {
  const page = await open('n1', newRoom());
  const alert = page.getByRole('alert');
  await page.getByLabel('Room ID').fill(' ');
  await page.getByRole('button', { name: 'Join' }).click();
  await alert.getByText('Room ID and User ID are required').waitFor();
  await entry(page, 'error', 'required').waitFor();

  await page.getByText('With a token').click();
  await page.getByLabel('Token').fill('nonsense');
  await page.getByLabel('Room ID').fill(newRoom());
  await page.getByRole('button', { name: 'Join' }).click();
  await alert.getByText('The connection was refused').waitFor();
  await page.getByText('Not connected', { exact: true }).waitFor();
  await page.getByLabel('Token').fill('');
  await join(page);
  expect(await alert.count()).toBe(0);
  await close(page);
});
