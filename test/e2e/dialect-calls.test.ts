import { randomBytes, randomUUID } from 'node:crypto';
import { type DialectName, dialects } from '@switchboard/dialects';
import {
  type Cluster,
  startBrowser,
  startCluster,
  type TestBrowser,
  waitUntil,
} from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callHttp } from '../conformance/call-http.ts';
import { CallPage } from './call-page.ts';
import type { PageOptions } from './products/page/main.ts';
import { ProductPage } from './products/product-page.ts';
import { type ProductSite, startProductSite } from './products/product-site.ts';

const internalSecret = randomBytes(24).toString('hex');
let cluster: Cluster;
let browser: TestBrowser;
let site: ProductSite;

beforeAll(async () => {
  const env = {
    // Each may come without a token; a room for an appointment is made by a server.
    ...{ AUTH_MODE: 'open', JWT_SECRET: randomBytes(24).toString('hex') },
    ...{ INTERNAL_SECRET: internalSecret, DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' },
  };
  [cluster, browser, site] = await Promise.all([
    startCluster({ nodes: 2, balancer: true, env }),
    startBrowser(),
    startProductSite(),
  ]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

interface Person {
  readonly userId: string;
  readonly role: string;
  readonly callee?: string;
}

/** Who is there first, and who comes then. */
interface Pair {
  readonly waiting: Person;
  readonly coming: Person;
}

const consultation: Pair = {
  waiting: { userId: 'pat456', role: 'patient' },
  coming: { userId: 'doc123', role: 'doctor' },
};

const assistance: Pair = {
  waiting: { userId: 'user2', role: 'Expert' },
  coming: { userId: 'user1', role: 'Technician', callee: 'user2' },
};

const pairs: Readonly<Record<DialectName, Pair>> = {
  healthconnect: consultation,
  'room-server': consultation,
  'video-call': consultation,
  'remote-assist': assistance,
  carepulse: consultation,
};

/** The room of an appointment of these two, which a room of video-call has to be. */
async function bookedRoom(): Promise<string> {
  const path = `/video-call/room/appointment/${randomUUID()}/create`;
  const named = { firstName: '', lastName: '' };
  const { body } = await callHttp(`${cluster.node('n1').url}${path}`, {
    headers: { 'x-internal-secret': internalSecret },
    json: {
      ...{ type: 'Remote', scheduledDate: new Date().toISOString() },
      patient: { id: consultation.waiting.userId, ...named },
      practitioner: { id: consultation.coming.userId, ...named },
    },
  });
  return (body as { roomId: string }).roomId;
}

/** Opens the page of one person. */
const open = (seat: Omit<PageOptions, 'url'>): Promise<ProductPage> =>
  ProductPage.open({ browser, site }, { ...seat, url: cluster.url });

/** Resolves when the first one can be met: in some products nobody tells them. */
async function isThere(
  dialect: DialectName,
  { roomId, userId }: { roomId: string; userId: string },
) {
  const ask = async (path: string) =>
    JSON.stringify((await callHttp(`${cluster.node('n1').url}${path}`)).body);
  const [path, shown] =
    dialect === 'remote-assist'
      ? ['/api/experts', `"username":"${userId}","role":"Expert","status":"online"`]
      : ['/rooms', `"roomId":"${roomId}"`];
  await waitUntil(
    () => ask(path),
    (body) => body.includes(shown),
    { what: `${userId} to be there` },
  );
}

/** Browsers on two cores that are shared take their time. */
const patience = { timeout: 60_000 };

test.each(Object.keys(dialects) as DialectName[])(
  '%s: two of its pages on two nodes see each other, and one is told that the other has left',
  patience,
  async (dialect) => {
    await callBetween(dialect, dialect, pairs[dialect]);
  },
);

test.each<[comes: DialectName, waits: DialectName]>([
  ['room-server', 'healthconnect'],
  ['healthconnect', 'room-server'],
  ['carepulse', 'healthconnect'],
  ['healthconnect', 'carepulse'],
  ['video-call', 'healthconnect'],
  ['healthconnect', 'video-call'],
])(
  'a doctor of %s comes to a patient of %s, and they see each other',
  patience,
  async (...pair) => {
    await callBetween(...pair, consultation);
  },
);

/** A whole call: the one who came goes, and the one who waited is told. */
async function callBetween(comes: DialectName, waits: DialectName, { waiting, coming }: Pair) {
  const roomId = [comes, waits].includes('video-call') ? await bookedRoom() : randomUUID();
  const [first, second] = await Promise.all([
    open({ dialect: waits, roomId, ...waiting }),
    open({ dialect: comes, roomId, ...coming }),
  ]);
  await first.connect();
  await second.connect(first.node);
  expect(second.node).not.toBe(first.node);
  await first.join();
  await isThere(waits, { roomId, userId: waiting.userId });
  await second.join();
  await Promise.all([first.seesMoving(), second.seesMoving()]);
  expect([await first.faults(), await second.faults()]).toEqual([[], []]);
  await second.leave();
  await first.isToldOfLeaving();
  await Promise.all([first.close(), second.close()]);
}

test.each<DialectName>(['video-call', 'healthconnect', 'room-server'])(
  'a doctor of %s comes to a patient on the call page, and they see each other',
  patience,
  async (dialect) => {
    const roomId = await bookedRoom();
    const [patient, doctor] = await Promise.all([
      CallPage.join(browser, cluster.url, { room: roomId, name: 'Ada' }),
      open({ dialect, roomId, ...consultation.coming }),
    ]);
    await doctor.connect(await patient.node());
    await doctor.join();
    await seeEachOther(patient, doctor);
  },
);

test.each<DialectName>(['healthconnect', 'room-server'])(
  'a patient on the call page comes to a doctor of %s, and they see each other',
  patience,
  async (dialect) => {
    const roomId = randomUUID();
    const { userId } = consultation.coming;
    const doctor = await open({ dialect, roomId, ...consultation.coming });
    await doctor.connect();
    await doctor.join();
    await isThere(dialect, { roomId, userId });
    const patient = await CallPage.join(browser, cluster.url, { room: roomId, name: 'Ada' });
    await seeEachOther(patient, doctor);
  },
);

/** Until the doctor goes. */
async function seeEachOther(patient: CallPage, doctor: ProductPage): Promise<void> {
  await Promise.all([patient.seesMoving(), doctor.seesMoving()]);
  expect(await doctor.faults()).toEqual([]);
  await doctor.leave();
  await patient.element('remote').waitFor({ state: 'detached' });
  await Promise.all([patient.close(), doctor.close()]);
}
