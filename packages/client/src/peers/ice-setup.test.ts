import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SwitchboardError } from '../errors.ts';
import { FakeTrack } from '../testing/fake-media.ts';
import { type FakeSide, fakePair, quiet } from '../testing/fake-pair.ts';
import { FakePeerConnection } from '../testing/fake-peer-connection.ts';
import { IceSetup } from './ice-setup.ts';

const iceServers = [{ urls: 'turn:turn.example' }];

describe('a connection', () => {
  test('is made without servers, and given those of the cluster', async () => {
    const asked: unknown[] = [];
    const room = {
      iceServers: async (options?: unknown) => {
        asked.push(options);
        return iceServers;
      },
    };
    const setup = new IceSetup({ iceTransportPolicy: 'relay' }, room);
    expect(setup.configuration).toEqual({ iceServers: [], iceTransportPolicy: 'relay' });
    const connection = new FakePeerConnection();
    await setup.supply(connection, { anew: true });
    expect(connection.configurations).toEqual([{ iceServers, iceTransportPolicy: 'relay' }]);
    expect(asked).toEqual([{ anew: true }]);
    connection.close();
    await setup.supply(connection, { anew: false });
    expect(connection.configurations).toHaveLength(1);
  });

  test('is made with those that the application names, and the cluster is not asked', async () => {
    const room = { iceServers: () => Promise.reject(new Error('nobody is to be asked')) };
    const setup = new IceSetup({ iceServers }, room);
    expect(setup.configuration).toEqual({ iceServers, iceTransportPolicy: 'all' });
    const connection = new FakePeerConnection();
    await setup.supply(connection, { anew: true });
    expect(connection.configurations).toEqual([]);
  });
});

/** What a side asks for, and when it gets it. */
const watch = (side: FakeSide) => {
  const asked: boolean[] = [];
  const answer = Promise.withResolvers<void>();
  side.supply = ({ anew }) => {
    asked.push(anew);
    return answer.promise;
  };
  return { asked, answer };
};

describe('SPEC 15.3: a link', () => {
  const setup = () => {
    const { polite, impolite } = fakePair();
    const [own, other] = [watch(impolite), watch(polite)];
    impolite.link.setTrack('camera', new FakeTrack('video'));
    return { polite, impolite, own, other };
  };

  test('negotiates nothing before it has its servers, and loses no signal meanwhile', async () => {
    const { polite, impolite, own, other } = setup();
    await quiet(polite, impolite);
    expect([impolite.sent, impolite.connection.getTransceivers()]).toEqual([[], []]);
    own.answer.resolve();
    await quiet(polite, impolite);
    // The offer is there, and waits to be taken in.
    expect([impolite.connection.signalingState, polite.sent]).toEqual(['have-local-offer', []]);
    other.answer.resolve();
    await quiet(polite, impolite);
    expect([impolite.connection.signalingState, polite.connection.signalingState]).toEqual([
      'stable',
      'stable',
    ]);
    expect([own.asked, other.asked]).toEqual([[false], [false]]);
    expect([...polite.faults, ...impolite.faults]).toEqual([]);
  });

  test('asks anew before it restarts, and the other side sees that its own are good', async () => {
    const { polite, impolite, own, other } = setup();
    own.answer.resolve();
    other.answer.resolve();
    await quiet(polite, impolite);
    const offers = () => impolite.sent.filter(({ kind }) => kind === 'offer').length;
    const before = offers();
    polite.connection.connectionState = 'failed';
    impolite.connection.become('failed');
    await expect.poll(offers).toBe(before + 1);
    await quiet(polite, impolite);
    expect([own.asked, other.asked]).toEqual([
      [false, true],
      [false, false],
    ]);
  });

  test('goes on without servers where the cluster names none', async () => {
    const { polite, impolite, own, other } = setup();
    own.answer.reject(SwitchboardError.local('interrupted'));
    other.answer.reject(SwitchboardError.local('closed'));
    await quiet(polite, impolite);
    expect(polite.connection.signalingState).toBe('stable');
    expect(polite.connection.remoteDescription).not.toBeNull();
    // What may pass is asked again at a restart; the rest is for somebody to see.
    expect([impolite.faults, polite.faults]).toMatchObject([[], [{ code: 'closed' }]]);
  });

  describe('that is closed meanwhile', () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => vi.useRealTimers());

    test('begins nothing', async () => {
      const { polite, impolite, own, other } = setup();
      await quiet(polite, impolite);
      for (const { link } of [polite, impolite]) link.close();
      own.answer.resolve();
      other.answer.reject(new Error('too late'));
      await quiet(polite, impolite);
      expect(vi.getTimerCount()).toBe(0);
      expect([impolite.sent, impolite.faults, polite.faults]).toEqual([[], [], []]);
    });
  });
});
