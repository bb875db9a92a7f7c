import { openPairs, type Pair, speakersOf } from './pairs.ts';
import { PlainSpeaker } from './plain-speaker.ts';
import { SdkSpeaker } from './sdk-speaker.ts';
import { Traffic } from './traffic.ts';

export interface CallsOptions {
  /** Of the balancer. */
  readonly url: string;
  /** Pairs of SDK clients, and of plain ones, which join and relay and know nothing else. */
  readonly sdk: number;
  readonly plain: number;
  /** Numbers that each client sends a second. */
  readonly perSecond: number;
}

/** Calls that go on while things break. Disposing them ends all clients. */
export interface Calls extends Disposable {
  readonly sdk: readonly Pair[];
  readonly plain: readonly Pair[];
  readonly all: readonly Pair[];
  readonly traffic: Traffic;
}

/** Every so many pairs of plain clients begin with long-polling, as Socket.IO does by itself. */
const pollingEvery = 5;

export async function startCalls({ url, sdk, plain, perSecond }: CallsOptions): Promise<Calls> {
  using started = new DisposableStack();
  const sdkPairs = await openPairs(sdk, 'sdk', (name) => {
    const speaker = new SdkSpeaker({ name, url });
    started.defer(() => speaker.close());
    return speaker;
  });
  const plainPairs = await openPairs(plain, 'plain', (name, { pair }) => {
    const transports = pair % pollingEvery === 0 ? (['polling', 'websocket'] as const) : undefined;
    const speaker = new PlainSpeaker({ name, url, ...(transports && { transports }) });
    started.defer(() => speaker.close());
    return speaker;
  });
  const all = [...sdkPairs, ...plainPairs];
  const traffic = started.use(new Traffic(all, { perSecond }));
  const resources = started.move();
  return {
    ...{ sdk: sdkPairs, plain: plainPairs, all, traffic },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

/** How many clients are on each node. */
export function placesOf(pairs: readonly Pair[]): Readonly<Record<string, number>> {
  const counts = Map.groupBy(speakersOf(pairs), ({ nodeId }) => nodeId ?? 'none');
  return Object.fromEntries([...counts].map(([node, speakers]) => [node, speakers.length]).sort());
}
