import type { Notice, Outlet, Session } from '../src/index.ts';
import type { openCore } from './open-core.ts';
import { client, guest, peer } from './samples.ts';

/** How long the sessions of tests are kept without a connection. */
export const graceMs = 20_000;

/** A client that comes back to node n1, and says under which epoch it was bound last. */
export const resume = (
  { core }: Pick<Awaited<ReturnType<typeof openCore>>, 'core'>,
  name: string,
  lastEpoch = 1,
) =>
  core.resumeSession({
    peerId: peer(name),
    principal: guest,
    client,
    secretDigest: `digest of ${name}`,
    graceMs,
    duplicates: 'replace',
    lastEpoch,
  });

/** Gives a session a connection that keeps what it is told, by type. */
export function connect(session: Session): { outlet: Outlet; told: string[] } {
  const told: string[] = [];
  const outlet: Outlet = {
    deliver: (notice: Notice) => told.push(notice.type),
    close: (reason) => told.push(`closed: ${reason}`),
  };
  session.attach(outlet);
  return { outlet, told };
}
