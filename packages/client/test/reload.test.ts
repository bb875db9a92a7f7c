import { startNode } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { type Room, type RoomEvents, SwitchboardClient } from '../src/index.ts';

/** A tab: its storage outlives its pages, of which one is there at a time. */
class Tab {
  readonly #items = new Map<string, string>();
  #hide: (() => void)[] = [];

  readonly storage = {
    getItem: (key: string) => this.#items.get(key) ?? null,
    setItem: (key: string, value: string) => void this.#items.set(key, value),
    removeItem: (key: string) => void this.#items.delete(key),
  };

  readonly onPageHide = (handler: () => void) => void this.#hide.push(handler);

  /** The page goes, as at a reload. */
  hide(): void {
    for (const handler of this.#hide.splice(0)) handler();
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }
}

const next = <K extends keyof RoomEvents>(room: Room, event: K): Promise<RoomEvents[K]> =>
  new Promise((resolve) => room.once(event, resolve));

test('SPEC 8.1: a page that is reloaded goes on with its session, as another instance', async () => {
  await using node = await startNode({ nodeId: 'n1', env: { DRAIN_NOTICE_MS: '0' } });
  const tab = new Tab();
  using ann = new SwitchboardClient();
  using before = new SwitchboardClient();
  using after = new SwitchboardClient();
  await ann.connect({ url: node.url });
  const annsRoom = await ann.join('reloaded', { name: 'Ann' });
  const gone: unknown[] = [];
  annsRoom.on('participantLeft', (event) => gone.push(event));

  const joined = next(annsRoom, 'participantJoined');
  const peerId = await before.connect({ url: node.url, reload: tab });
  const bobsRoom = await before.join('reloaded', { name: 'Bob' });
  const first = (await joined).participant.instance;
  await annsRoom.sendSignal(peerId, 'custom', 'to the page before');
  // Nothing is there to be copied while the page is there.
  expect(tab.isEmpty).toBe(true);

  tab.hide();
  const ended = next(bobsRoom, 'left');
  const updated = new Promise<string | undefined>((resolve) => {
    annsRoom.on('participantUpdated', ({ participant, previous }) => {
      if (participant.instance !== previous.instance) resolve(participant.instance);
    });
  });
  expect(await after.connect({ url: node.url, reload: tab })).toBe(peerId);
  const room = await after.join('reloaded', { name: 'Bob' });
  const heard = next(room, 'signal');
  expect(await updated).not.toBe(first);
  await annsRoom.sendSignal(peerId, 'custom', 'to the page after');
  expect(await heard).toMatchObject({ from: ann.peerId, data: 'to the page after' });
  expect(gone).toEqual([]);
  // Had the former page still been there, it would know that it is over.
  expect(await ended).toMatchObject({ error: { code: 'session_replaced' } });
});

test('a page that does not join its rooms again after a reload leaves them', async () => {
  await using node = await startNode({ nodeId: 'n1', env: { DRAIN_NOTICE_MS: '0' } });
  const tab = new Tab();
  using ann = new SwitchboardClient();
  using before = new SwitchboardClient();
  using after = new SwitchboardClient();
  await ann.connect({ url: node.url });
  const annsRoom = await ann.join('forgotten', {});
  await before.connect({ url: node.url, reload: tab });
  await before.join('forgotten', {});
  const left = next(annsRoom, 'participantLeft');
  tab.hide();
  await after.connect({ url: node.url, reload: tab });
  expect(await left).toMatchObject({ reason: 'left' });
});
