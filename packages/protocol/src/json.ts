/**
 * The first check on everything a client sends: plain JSON, of bounded size and depth, without
 * keys that reach an object's prototype. One walk over the value, before any schema sees it, so
 * that a schema never meets a cyclic, binary or endlessly nested thing.
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

export interface JsonBounds {
  /** Approximate bytes: UTF-16 code units of strings and keys, and 8 for everything else. */
  readonly bytes: number;
  /** Levels of arrays and objects. */
  readonly depth: number;
}

/** Why a value is refused; `path` leads to the offending member. */
export interface JsonFault {
  readonly kind: 'too_large' | 'too_deep' | 'not_json' | 'forbidden_key';
  readonly path: (string | number)[];
}

const scalarBytes = 8;

/** Keys by which a careless merge would write to a prototype. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Checks that `value` is JSON within `bounds`.
 *
 * @returns the first fault met, or null when there is none.
 */
export function findJsonFault(value: unknown, bounds: JsonBounds): JsonFault | null {
  const budget = { bytes: bounds.bytes };
  return walk(value, bounds.depth, budget);
}

function walk(value: unknown, depthLeft: number, budget: { bytes: number }): JsonFault | null {
  switch (typeof value) {
    case 'string':
      budget.bytes -= value.length;
      return budget.bytes < 0 ? fault('too_large') : null;
    case 'number':
    case 'boolean':
      budget.bytes -= scalarBytes;
      return budget.bytes < 0 ? fault('too_large') : null;
    case 'object':
      if (value === null) return null;
      if (depthLeft === 0) return fault('too_deep');
      return Array.isArray(value)
        ? walkArray(value, depthLeft, budget)
        : walkObject(value, depthLeft, budget);
    default:
      return fault('not_json');
  }
}

function walkArray(
  items: readonly unknown[],
  depthLeft: number,
  budget: { bytes: number },
): JsonFault | null {
  budget.bytes -= scalarBytes;
  for (let index = 0; index < items.length; index++) {
    const found = walk(items[index], depthLeft - 1, budget);
    if (found) return within(index, found);
  }
  return budget.bytes < 0 ? fault('too_large') : null;
}

function walkObject(value: object, depthLeft: number, budget: { bytes: number }): JsonFault | null {
  // Binary attachments arrive as Buffers; a Date or a Map cannot arrive at all.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return fault('not_json');
  budget.bytes -= scalarBytes;
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) return within(key, fault('forbidden_key'));
    budget.bytes -= key.length;
    const found = walk((value as Record<string, unknown>)[key], depthLeft - 1, budget);
    if (found) return within(key, found);
  }
  return budget.bytes < 0 ? fault('too_large') : null;
}

const fault = (kind: JsonFault['kind']): JsonFault => ({ kind, path: [] });

/** Paths are built on the way out, so that a value without a fault allocates nothing. */
const within = (key: string | number, found: JsonFault): JsonFault => {
  found.path.unshift(key);
  return found;
};
