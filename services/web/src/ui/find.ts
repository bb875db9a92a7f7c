/**
 * The element that a page must have.
 *
 * @throws Error when there is none, or it is of another kind: the page and its script do not fit.
 */
export function find<E extends Element>(root: ParentNode, selector: string, kind: new () => E): E {
  const element = root.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} at ${selector}`);
}

/** A copy of the one element inside a `<template>`. Errors as `find`. */
export function fromTemplate<E extends Element>(selector: string, kind: new () => E): E {
  const { content } = find(document, selector, HTMLTemplateElement);
  const copy = document.importNode(content, true).firstElementChild;
  if (copy instanceof kind) return copy;
  throw new Error(`the page has no ${kind.name} inside ${selector}`);
}
