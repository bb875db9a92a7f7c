import type { JsonValue, SignalKind } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../errors.ts';
import { FakeTrack } from '../testing/fake-media.ts';
import { arriving, type FakeSide, fakePair, nextTurn, quiet } from '../testing/fake-pair.ts';
import { plainSources, type TrackSource, trackSources } from './track-source.ts';

const send = (side: FakeSide, ...sources: TrackSource[]): MediaStreamTrack[] =>
  sources.map((source) => {
    const track = new FakeTrack(source === 'microphone' ? 'audio' : 'video');
    side.link.setTrack(source, track);
    return track;
  });

const sourcesAt = (side: FakeSide): string[] => [...side.receiving.keys()].toSorted();

const newTracks = () => new Map<TrackSource, MediaStreamTrack>();
const byKind = (a: MediaStreamTrack, b: MediaStreamTrack) => a.kind.localeCompare(b.kind);

const allSources = trackSources.toSorted();

const offersOf = ({ sent }: FakeSide) => sent.filter(({ kind }) => kind === 'offer').length;

describe('a negotiation', () => {
  test('brings the tracks of one side to the other, and tells a screen from a camera', async () => {
    const { polite, impolite } = fakePair();
    const tracks = send(polite, 'camera', 'microphone', 'screen');
    await quiet(polite, impolite);
    expect([...arriving(impolite, polite).values()]).toEqual(expect.arrayContaining(tracks));
    expect(arriving(impolite, polite).get('screen')).toBe(tracks[2]);
    for (const source of allSources) {
      const track = impolite.receiving.get(source);
      expect(impolite.link.streams[source].getTracks()).toEqual([track]);
    }
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
  });

  test('is one offer and one answer, whatever both sides send now or later', async () => {
    const { polite, impolite } = fakePair();
    send(polite, 'camera', 'microphone');
    send(impolite, 'camera');
    await quiet(polite, impolite);
    send(impolite, 'microphone', 'screen');
    polite.link.setTrack('camera', null);
    const [camera] = send(polite, 'camera');
    await quiet(polite, impolite);
    expect([offersOf(polite), offersOf(impolite)]).toEqual([0, 1]);
    expect(arriving(impolite, polite).get('camera')).toBe(camera);
    expect([...arriving(polite, impolite).keys()].toSorted()).toEqual(allSources);
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
  });

  test('is begun by the polite side when the other never does', async () => {
    const { polite, impolite } = fakePair();
    impolite.carry = async () => undefined;
    send(polite, 'camera');
    await expect.poll(() => offersOf(polite), { timeout: 5_000 }).toBe(1);
    polite.link.close();
    impolite.link.close();
  });

  test('that both begin at once is decided for the impolite side', async () => {
    const { polite, impolite } = fakePair(() => 2);
    await quiet(polite, impolite);
    const offers = offersOf(impolite);
    polite.connection.restartIce();
    impolite.connection.restartIce();
    send(polite, 'camera');
    await quiet(polite, impolite);
    for (const side of [polite, impolite]) {
      expect(side.connection.signalingState).toBe('stable');
      expect(side.faults).toEqual([]);
    }
    expect(offersOf(impolite)).toBe(offers + 1);
    expect([...arriving(impolite, polite).keys()]).toEqual(['camera']);
  });

  test('has been begun by the impolite side when an offer comes at the same time', async () => {
    const another = fakePair().impolite;
    await quiet(another);
    const [offer] = another.sent;
    if (!offer) throw new Error('there is no offer');
    const { polite, impolite } = fakePair();
    impolite.link.receive(offer.kind, offer.data);
    send(polite, 'camera');
    await quiet(polite, impolite);
    expect(impolite.sent.map(({ kind }) => kind)).not.toContain('answer');
    expect(impolite.connection.getTransceivers()).toHaveLength(trackSources.length);
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
  });

  test('understands a side that does not say what its places are for', async () => {
    const { polite, impolite } = fakePair();
    const { carry } = impolite;
    impolite.carry = ({ kind, data }) => {
      const isDescription = typeof data === 'object' && data !== null && 'sdp' in data;
      return carry({ kind, data: isDescription ? { type: kind, sdp: data['sdp'] ?? '' } : data });
    };
    const tracks = send(impolite, 'camera', 'microphone');
    const [mine] = send(polite, 'camera');
    await quiet(polite, impolite);
    expect([...arriving(polite, impolite).values()].toSorted(byKind)).toEqual(
      tracks.toSorted(byKind),
    );
    expect(arriving(impolite, polite)).toEqual(new Map([['camera', mine]]));
  });

  test('has a place for a screen only once there is one, for a client without this SDK', async () => {
    const { polite, impolite } = fakePair(() => 0, plainSources);
    send(impolite, 'camera');
    await quiet(polite, impolite);
    expect(sourcesAt(polite)).toEqual(['camera', 'microphone']);
    send(impolite, 'screen');
    await quiet(polite, impolite);
    expect(sourcesAt(polite)).toEqual(allSources);
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
  });

  /** Mulberry32, so that a failure can be repeated. */
  const randomFrom = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'comes to rest whatever both sides do at once (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const { polite, impolite } = fakePair(() => Math.floor(random() * 6));
      const wanted = new Map([polite, impolite].map((side) => [side, newTracks()]));
      for (let step = 0; step < 12; step++) {
        const side = random() < 0.5 ? polite : impolite;
        const source = trackSources[Math.floor(random() * 3)] ?? 'camera';
        const [track] = random() < 0.6 ? send(side, source) : [];
        if (track) wanted.get(side)?.set(source, track);
        else {
          side.link.setTrack(source, null);
          wanted.get(side)?.delete(source);
        }
        if (random() < 0.4) side.connection.restartIce();
        for (let turn = random() * 8; turn > 0; turn--) await nextTurn();
      }
      await quiet(polite, impolite);
      expect([...polite.faults, ...impolite.faults]).toEqual([]);
      expect(polite.connection.signalingState).toBe('stable');
      expect(impolite.connection.signalingState).toBe('stable');
      expect(arriving(impolite, polite)).toEqual(wanted.get(polite));
      expect(arriving(polite, impolite)).toEqual(wanted.get(impolite));
    },
  );
});

describe('candidates', () => {
  test('reach the other side, with their end', async () => {
    const { polite, impolite } = fakePair();
    send(polite, 'camera');
    await quiet(polite, impolite);
    expect(impolite.connection.candidates).toEqual(['candidate 1', 'candidate 2', null]);
    expect(polite.connection.candidates).toEqual(['candidate 1', 'candidate 2', null]);
  });

  test('that come before their description wait for it', async () => {
    const { polite, impolite } = fakePair();
    const late: (() => void)[] = [];
    const { carry } = impolite;
    impolite.carry = async (signal) => {
      if (signal.kind !== 'offer') return carry(signal);
      late.push(() => void carry(signal));
    };
    await quiet(polite, impolite);
    expect(polite.connection.candidates).toEqual([]);
    for (const deliver of late) deliver();
    await quiet(polite, impolite);
    expect(polite.connection.candidates).toEqual(['candidate 1', 'candidate 2', null]);
    expect(polite.faults).toEqual([]);
  });
});

describe('trouble', () => {
  test('a failed connection is given new ways, by one side', async () => {
    const { polite, impolite } = fakePair();
    send(polite, 'camera');
    await quiet(polite, impolite);
    polite.connection.become('failed');
    impolite.connection.become('failed');
    await expect.poll(() => offersOf(impolite)).toBe(2);
    await quiet(polite, impolite);
    // The other one has seen to it.
    expect(offersOf(polite)).toBe(0);
    expect(impolite.states).toEqual(['failed']);
    expect(impolite.connection.signalingState).toBe('stable');
    polite.link.close();
    impolite.link.close();
  });

  test.each(['offer', 'answer'] as const)(
    'an %s that could not be sent is sent again',
    async (lost) => {
      const { polite, impolite } = fakePair();
      const side = lost === 'offer' ? impolite : polite;
      const { carry } = side;
      let failures = 2;
      side.carry = async (signal) => {
        if (signal.kind !== lost || failures-- <= 0) return carry(signal);
        throw SwitchboardError.local('timeout');
      };
      send(polite, 'camera');
      const settled = () => polite.connection.signalingState === 'stable' && sourcesAt(impolite);
      await expect.poll(settled, { timeout: 10_000 }).toEqual(allSources);
      expect([...polite.faults, ...impolite.faults]).toEqual([]);
      polite.link.close();
      impolite.link.close();
    },
  );

  test('an answer that comes twice is taken once', async () => {
    const { polite, impolite } = fakePair();
    send(polite, 'camera');
    await quiet(polite, impolite);
    const answer = polite.sent.find(({ kind }) => kind === 'answer');
    if (answer) impolite.link.receive(answer.kind, answer.data);
    await quiet(polite, impolite);
    expect(impolite.faults).toEqual([]);
  });

  test.each([
    ['offer', { type: 'answer', sdp: '' }],
    ['answer', 'v=0'],
    ['offer', null],
    ['candidate', { candidate: 1 }],
    ['candidate', [1]],
  ] satisfies [SignalKind, JsonValue][])(
    'what is not an %s is refused, and the link goes on',
    async (kind, data) => {
      const { polite, impolite } = fakePair();
      polite.link.receive(kind, data);
      send(polite, 'camera');
      await quiet(polite, impolite);
      expect(polite.faults).toHaveLength(1);
      expect([...arriving(impolite, polite).keys()]).toEqual(['camera']);
    },
  );

  test('a closed link is silent', async () => {
    const { polite, impolite } = fakePair();
    send(polite, 'camera');
    await nextTurn();
    polite.link.close();
    await quiet(polite, impolite);
    send(polite, 'screen');
    const before = polite.sent.length;
    impolite.link.close();
    await quiet(polite, impolite);
    expect(polite.sent).toHaveLength(before);
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
    expect(polite.link.state).toBe('closed');
    expect(impolite.states).toEqual(['closed']);
    expect(impolite.receiving.size).toBe(0);
  });
});
