import type { JsonValue } from './json.ts';

/**
 * The text of a JSON value that has been checked already. Who only passes it on need not read it,
 * and write it again; who does not know of it, and writes it as JSON, gets the same.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): JsonValue {
    return JSON.parse(this.text);
  }
}

/** A JSON value, or the text of one. */
export type JsonContent = JsonValue | JsonText;

export const readContent = (content: JsonContent): JsonValue =>
  content instanceof JsonText ? content.toJSON() : content;

export const writeContent = (content: JsonContent): string =>
  content instanceof JsonText ? content.text : JSON.stringify(content);
