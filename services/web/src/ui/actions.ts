/** What the buttons of a page do, by their `data-action`. */
export type Actions = Readonly<Record<string, () => void>>;

/** Runs an action for every click on an element that names it. */
export function bindActions(actions: Actions): void {
  document.addEventListener('click', ({ target }) => {
    const element = target instanceof Element ? target.closest('[data-action]') : null;
    if (element instanceof HTMLElement) actions[element.dataset['action'] ?? '']?.();
  });
}

/** Runs an action for a key pressed by itself, unless somebody is writing. */
export function bindKeys(keys: Actions): void {
  document.addEventListener('keydown', (event) => {
    const { key, target, repeat, ctrlKey, altKey, metaKey } = event;
    if (repeat || ctrlKey || altKey || metaKey) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const action = keys[key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
