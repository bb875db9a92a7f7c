/**
 * Random per page load: by it the other side tells this page from the one that was here before
 * and is gone with all it knew, even where the session has been carried over.
 */
export function createInstance(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
