import fc from 'fast-check';

/** One step of a simulation. Numbers choose among what there is at that moment. */
export type Step =
  | { readonly do: 'join' | 'leave'; readonly who: number; readonly room: number }
  /** A client ends the appointment, if it is there. */
  | { readonly do: 'end'; readonly who: number }
  | { readonly do: 'media'; readonly who: number; readonly room: number; readonly camera: boolean }
  /** To somebody whom the client knows from a room. */
  | { readonly do: 'signal'; readonly who: number; readonly to: number }
  /** A client says goodbye, and another one comes, to any node. */
  | { readonly do: 'replace'; readonly who: number; readonly node: number }
  | { readonly do: 'deliver'; readonly pick: number }
  | { readonly do: 'deliver-all' }
  /** Time passes, whatever is on its way. */
  | { readonly do: 'pass'; readonly ms: number }
  /** Time passes in which everything arrives. */
  | { readonly do: 'live'; readonly ms: number }
  /** A client's connection is lost; a client comes back. */
  | { readonly do: 'disconnect'; readonly who: number }
  | { readonly do: 'resume'; readonly who: number; readonly node: number }
  /** A node dies. */
  | { readonly do: 'kill'; readonly node: number }
  /** A room event gets lost, or comes twice; a signal gets lost. */
  | { readonly do: 'drop' | 'duplicate' | 'lose'; readonly pick: number }
  /** The store does not answer a call, which it may have carried out. */
  | { readonly do: 'fail'; readonly pick: number; readonly when: 'before' | 'after' }
  /** A node cannot send to others, and can again. */
  | { readonly do: 'cut' | 'mend'; readonly node: number }
  /** A node's subscription is lost, and is back. */
  | { readonly do: 'deafen' | 'undeafen'; readonly node: number };

export interface Program {
  readonly nodes: number;
  /** On which node each client begins. */
  readonly clients: readonly number[];
  readonly capacity: number;
  /** Whether a node's calls reach the store in order, as they do without Redis Cluster. */
  readonly isOrdered: boolean;
  readonly steps: readonly Step[];
}

const small = fc.nat({ max: 7 });
const pick = fc.nat({ max: 40 });
const room = fc.nat({ max: 2 });
const one = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);

type Steps = fc.Arbitrary<Step>;
const join: Steps = fc.record({ do: one('join'), who: small, room });
const leave: Steps = fc.record({ do: one('leave'), who: small, room });
const end: Steps = fc.record({ do: one('end'), who: small });
const media: Steps = fc.record({ do: one('media'), who: small, room, camera: fc.boolean() });
const signal: Steps = fc.record({ do: one('signal'), who: small, to: small });
const replace: Steps = fc.record({ do: one('replace'), who: small, node: small });
const deliver: Steps = fc.record({ do: one('deliver'), pick });
const deliverAll: Steps = fc.record({ do: one('deliver-all') });
const pass: Steps = fc.record({ do: one('pass'), ms: fc.constantFrom(1, 50, 60, 500, 1_000) });
const live: Steps = fc.record({ do: one('live'), ms: fc.constantFrom(100, 500, 3_000) });
const disconnect: Steps = fc.record({ do: one('disconnect'), who: small });
const resume: Steps = fc.record({ do: one('resume'), who: small, node: small });
const kill: Steps = fc.record({ do: one('kill'), node: small });
const lose: Steps = fc.record({ do: one('drop', 'duplicate', 'lose'), pick });
const fail: Steps = fc.record({ do: one('fail'), pick, when: one('before', 'after') });
const cut: Steps = fc.record({ do: one('cut', 'mend'), node: small });
const deafen: Steps = fc.record({ do: one('deafen', 'undeafen'), node: small });

/** Out of so many steps so many are of that kind. */
const often = (weight: number, arbitrary: Steps) => ({ weight, arbitrary });

/** Commands that come often enough for something to happen. */
const busy = [
  often(6, join),
  often(1, leave),
  often(1, end),
  often(1, media),
  often(8, signal),
  often(1, replace),
  often(12, deliver),
  often(2, deliverAll),
];

/**
 * What happens besides commands:
 * - `prompt`: nothing; everything is there before any time has passed;
 * - `slow`: time passes while things are on their way;
 * - `lossy`: single messages are lost or come twice, and the store sometimes does not answer;
 * - `cut`: nodes lose their subscription and notice when it is back, or cannot send, and the
 *   store sometimes does not answer;
 * - `roaming`: connections are lost and sessions resumed, on other nodes too, and nodes die;
 * - `storm`: all of this.
 */
export const weathers = {
  prompt: fc.oneof(...busy),
  slow: fc.oneof(...busy, often(3, pass)),
  lossy: fc.oneof(...busy, often(3, pass), often(2, lose), often(1, fail)),
  cut: fc.oneof(...busy, often(3, pass), often(3, deafen), often(1, cut), often(1, fail)),
  roaming: fc.oneof(...busy, often(2, live), often(2, disconnect), often(3, resume), {
    weight: 1,
    arbitrary: kill,
  }),
  storm: fc.oneof(
    ...busy,
    ...[live, disconnect, kill, lose, fail, cut].map((steps) => often(1, steps)),
    ...[pass, resume, deafen].map((steps) => often(2, steps)),
  ),
} as const satisfies Record<string, Steps>;

export type Weather = keyof typeof weathers;

export const programs = (weather: Weather): fc.Arbitrary<Program> =>
  fc.record({
    nodes: fc.integer({ min: 1, max: 3 }),
    clients: fc.array(small, { minLength: 2, maxLength: 6 }),
    capacity: fc.integer({ min: 2, max: 5 }),
    // What a node has sent in one go when it dies may, ordered, outlive what undoes it.
    isOrdered: weather === 'roaming' || weather === 'storm' ? fc.constant(false) : fc.boolean(),
    steps: fc.array(weathers[weather], { minLength: 1, maxLength: 150, size: 'max' }),
  });
