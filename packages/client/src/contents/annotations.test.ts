import type { Annotation, CommandPayload } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { at, peer, snapshot, someone } from '../testing/samples.ts';
import { start, startInRoom } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const mark = (id: string, data: number, time = data): Annotation =>
  ({ id, by: peer('b'), data, at: time }) as unknown as Annotation;

const state = (rev: number, annotations: number) => ({
  ...snapshot(rev, [someone('b'), someone('me')]),
  annotations,
});

const settle = () => vi.advanceTimersByTimeAsync(0);

const startHearing = async () => {
  const started = await startInRoom(someone('b'));
  const heard: string[] = [];
  const { annotations } = started.room;
  annotations.on('changed', ({ id, data }) => heard.push(`${id} ${data}`));
  annotations.on('removed', ({ id }) => heard.push(`${id} removed`));
  const list = (...all: Annotation[]) => {
    started.cluster.answers['annotation:list'] = () => ({ ok: true, annotations: all });
  };
  const shown = () => [...annotations.all.values()].map(({ id, data }) => `${id} ${data}`);
  return { ...started, annotations, heard, list, shown };
};

test('SPEC 12.3: whoever joins gets what is there', async () => {
  const { cluster, client } = start();
  void client.connect();
  cluster.welcome(peer('me'));
  const room = { ...snapshot(4, [someone('me')]), annotations: 1 };
  cluster.answers['room:join'] = () => ({ ok: true, peerId: peer('me'), room });
  const joined = await client.join('room');
  const heard = vi.fn();
  joined.annotations.on('changed', heard);
  cluster.answers['annotation:list'] = () => ({ ok: true, annotations: [mark('a', 1)] });
  // The first question gets no answer.
  await vi.advanceTimersByTimeAsync(3_000);
  expect(heard.mock.calls).toEqual([[mark('a', 1)]]);
  expect([...joined.annotations.all.keys()]).toEqual(['a']);
});

test('SPEC 12.1: of each id, what has the higher rev counts, in whichever order it comes', async () => {
  const { cluster, annotations, heard, shown } = await startHearing();
  cluster.answers['annotation:put'] = ({ id }: CommandPayload<'annotation:put'>) => ({
    ok: true,
    annotation: mark(id, 5),
    ...at(5),
  });
  await annotations.put('a', 5);
  // What had happened before is heard after the answer.
  cluster.say('annotation:changed', { ...at(3), annotation: mark('b', 3) });
  cluster.say('annotation:changed', { ...at(4), annotation: mark('a', 4) });
  expect(shown()).toEqual(['a 5', 'b 3']);
  cluster.say('annotation:removed', { ...at(6), id: mark('a', 6).id });
  expect(heard).toEqual(['a 5', 'b 3', 'a removed']);
});

test('SPEC 12.2: what was removed stays removed', async () => {
  const { cluster, annotations, shown } = await startHearing();
  cluster.say('annotation:changed', { ...at(2), annotation: mark('a', 2) });
  cluster.answers['annotation:remove'] = () => ({ ok: true, ...at(4) });
  await annotations.remove('a');
  cluster.say('annotation:changed', { ...at(3), annotation: mark('a', 3) });
  expect(shown()).toEqual([]);
  cluster.answers['annotation:remove'] = () => ({ ok: true });
  await annotations.remove('a');
});

test('SPEC 12.3: after a gap everything is read anew, and tells what is different', async () => {
  const { cluster, heard, list, shown } = await startHearing();
  for (const [rev, id] of ['a', 'b', 'c'].entries()) {
    cluster.say('annotation:changed', { ...at(rev + 2), annotation: mark(id, 1) });
  }
  heard.length = 0;
  list(mark('a', 1), mark('b', 2), mark('d', 1));
  cluster.say('room:state', state(9, 3));
  await settle();
  expect(heard).toEqual(['b 2', 'd 1', 'c removed']);
  cluster.say('room:state', state(12, 0));
  expect(shown()).toEqual([]);
});

test('what is heard while everything is read is not undone by it', async () => {
  const { cluster, list, shown } = await startHearing();
  cluster.answers['annotation:list'] = () => refused('unavailable', true);
  cluster.say('room:state', state(9, 2));
  cluster.say('annotation:changed', { ...at(10), annotation: mark('a', 10) });
  cluster.say('annotation:removed', { ...at(11), id: mark('b', 1).id });
  list(mark('a', 8), mark('b', 8), mark('c', 8));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown()).toEqual(['a 10', 'c 8']);
});

test('refusals are thrown', async () => {
  const { cluster, annotations } = await startHearing();
  cluster.answers['annotation:put'] = () => refused('too_many_annotations', false);
  await expect(annotations.put('a', 1)).rejects.toMatchObject({ code: 'too_many_annotations' });
});
