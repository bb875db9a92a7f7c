/** Fired on an element, and bubbling, when the browser does not play it without a gesture. */
export const playBlocked = 'playblocked';

/**
 * Plays a stream in an element, or nothing, and says so by `playBlocked` when the browser wants a
 * click or a tap first. Joining is one; a page that a browser has restored by itself has none.
 *
 * A stream without tracks is not to be given: waiting for it holds up the page's `load` event.
 */
export function playStream(element: HTMLMediaElement, stream: MediaStream | null): void {
  if (element.srcObject === stream) return;
  element.srcObject = stream;
  if (!stream) return;
  element.play().catch((error: unknown) => {
    // Anything else is another stream or an element that is gone, and settles itself.
    const isBlocked = error instanceof DOMException && error.name === 'NotAllowedError';
    if (isBlocked) element.dispatchEvent(new Event(playBlocked, { bubbles: true }));
  });
}
