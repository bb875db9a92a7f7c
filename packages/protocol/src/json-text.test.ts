import { expect, test } from 'vitest';
import { JsonText, readContent, writeContent } from './json-text.ts';

const value = { sdp: 'v=0\r\n"é😀"', list: [1, null, { deep: true }] };
const text = JSON.stringify(value);

test('a text is the value that it says, and a value the text that says it', () => {
  expect(readContent(new JsonText(text))).toEqual(value);
  expect(writeContent(new JsonText(text))).toBe(text);
  expect([readContent(value), writeContent(value)]).toEqual([value, text]);
});

test('whoever writes a text as JSON writes its value', () => {
  expect(JSON.stringify({ data: new JsonText(text) })).toBe(JSON.stringify({ data: value }));
});
