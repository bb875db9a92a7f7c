import { waitUntil } from '../wait-until.ts';
import type { ProcessExit } from './guarded-process.ts';

/** What can be waited for: a child that logs and may end too early. */
interface Service {
  readonly exited: Promise<ProcessExit>;
  logs(): string;
}

/**
 * Waits until a server that was just started passes its probe, or gives up at once when it ends.
 *
 * @param probe true when the server is up; throwing means "not yet".
 * @throws {Error} naming the service, the reason, and the end of what it wrote.
 */
export async function waitForService(
  service: Service,
  probe: () => Promise<boolean>,
  options: { readonly what: string; readonly timeoutMs?: number },
): Promise<void> {
  const ended = new AbortController();
  void service.exited.then(({ code, signal }) =>
    ended.abort(new Error(`it ended with ${signal ?? `code ${code}`}`)),
  );
  await waitUntil(probe, Boolean, { ...options, signal: ended.signal }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${options.what} failed: ${reason}\n${service.logs()}`, { cause });
  });
}
