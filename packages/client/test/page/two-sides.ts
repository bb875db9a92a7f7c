import type { Participant } from '@switchboard/protocol';
import { PeerId } from '@switchboard/protocol';
import type { TrackSource } from '../../src/index.ts';
import { pause, Side } from './side.ts';
import { makeTrack } from './tracks.ts';

/** What became of a call between two sides in one page; plain data, to be read by the test. */
export interface Report {
  readonly faults: readonly string[];
  /** What each side receives, what the other one sends, and what of that does not arrive. */
  readonly sides: readonly {
    readonly receives: readonly TrackSource[];
    readonly sent: readonly TrackSource[];
    readonly silent: readonly TrackSource[];
    readonly state: RTCPeerConnectionState | undefined;
  }[];
  readonly signals: number;
}

const sources = ['camera', 'microphone', 'screen'] as const;
type Step = readonly [side: 0 | 1, source: TrackSource, isOn: boolean];

/** Both sides begin with what is named. */
export async function callWith(first: TrackSource[], second: TrackSource[]): Promise<Report> {
  const call = makeCall(() => 5);
  for (const source of first) call.step([0, source, true]);
  for (const source of second) call.step([1, source, true]);
  return call.finish();
}

/** Both sides do this and that at once, as a seed says. */
export async function randomCall(seed: number): Promise<Report> {
  const random = randomFrom(seed);
  const call = makeCall(() => random() * 40);
  for (let n = 0; n < 14; n++) {
    const source = sources[Math.floor(random() * sources.length)] ?? 'camera';
    call.step([random() < 0.5 ? 0 : 1, source, random() < 0.65]);
    await pause(random() < 0.4 ? 0 : random() * 120);
  }
  return call.finish();
}

function makeCall(delayMs: () => number) {
  const [a, b] = [someone('a', 1), someone('b', 2)];
  const sides = [new Side(a, b), new Side(b, a)] as const;
  sides[0].carryTo(sides[1], delayMs);
  sides[1].carryTo(sides[0], delayMs);
  return {
    step: ([side, source, isOn]: Step) => {
      sides[side].turn(source, isOn ? makeTrack(source) : null);
    },
    finish: async (): Promise<Report> => {
      await within(5_000, () => sides.every((side) => isComplete(side, otherOf(side))));
      for (const side of sides) for (const probe of side.received.values()) probe.reset();
      await within(5_000, () => sides.every((side) => silentAt(side, otherOf(side)).length === 0));
      const report = {
        faults: sides.flatMap(({ faults }) => faults),
        sides: sides.map((side) => reportOf(side, otherOf(side))),
        signals: sides.reduce((sum, { signals }) => sum + signals, 0),
      };
      for (const side of sides) side.peers.close();
      return report;
    },
  };

  function otherOf(side: Side): Side {
    return side === sides[0] ? sides[1] : sides[0];
  }
}

async function within(ms: number, isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + ms;
  while (!isDone() && performance.now() < deadline) await pause(50);
}

/** A source that is switched off goes on being received, with nothing in it. */
const isComplete = (side: Side, other: Side): boolean =>
  side.state === 'connected' && [...other.wanted].every((source) => side.received.has(source));

const silentAt = ({ received }: Side, other: Side): TrackSource[] =>
  sorted(other.wanted).filter((source) => !received.get(source)?.isLive());

const reportOf = (side: Side, other: Side): Report['sides'][number] => ({
  receives: sorted(side.received.keys()),
  sent: sorted(other.wanted),
  silent: silentAt(side, other),
  state: side.state,
});

const sorted = (wanted: Iterable<TrackSource>): TrackSource[] => [...wanted].toSorted();

const someone = (id: string, seat: number): Participant => ({
  peerId: PeerId.parse(id),
  media: { camera: false, microphone: false, screen: false },
  connected: true,
  seat,
  joinedAt: 0,
});

/** Mulberry32, so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
