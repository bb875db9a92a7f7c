import { type Dialect, type DialectName, dialects } from '@switchboard/dialects';
import { namespace as canonicalNamespace, SignalingError } from '@switchboard/protocol';
import { canonicalTongue } from './canonical-tongue.ts';
import { type DialectContext, dialectTongue } from './dialect-tongue.ts';
import type { ClientSocket } from './socket-server.ts';
import type { Tongue } from './tongue.ts';

/** By namespace, what chooses the protocol for a client that connects to it. */
export type Tongues = ReadonlyMap<string, (socket: ClientSocket) => Tongue>;

/**
 * Each protocol has a namespace of its own. The namespace `/` speaks one of the older ones, so that
 * their clients change nothing but the host; one that connects to it with `?dialect=` has its own.
 */
export function createTongues(context: DialectContext, rootDialect: DialectName): Tongues {
  const older = new Map<string, Tongue>(
    Object.values<Dialect>(dialects).map((each) => [each.name, dialectTongue(each, context)]),
  );
  const canonical = canonicalTongue(context);
  const root = ({ handshake }: ClientSocket): Tongue => {
    const asked = handshake.query['dialect'] ?? rootDialect;
    const tongue = typeof asked === 'string' ? older.get(asked) : undefined;
    if (tongue) return tongue;
    const message = `"dialect" must be one of ${[...older.keys()].join(', ')}.`;
    throw new SignalingError('invalid_argument', { message, path: ['dialect'] });
  };
  return new Map([
    [canonicalNamespace, () => canonical],
    ['/', root],
    ...[...older].map(([name, tongue]) => [`/${name}`, () => tongue] as const),
  ]);
}
