import { randomBytes, randomUUID } from 'node:crypto';
import { type Cluster, startBrowser, startCluster, type TestBrowser } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const internalSecret = randomBytes(24).toString('hex');
let cluster: Cluster;
let browser: TestBrowser;

beforeAll(async () => {
  const env = {
    AUTH_MODE: 'required',
    JWT_SECRET: randomBytes(24).toString('hex'),
    INTERNAL_SECRET: internalSecret,
    DRAIN_NOTICE_MS: '0',
    DRAIN_DEADLINE_MS: '0',
  };
  [cluster, browser] = await Promise.all([
    startCluster({ nodes: 2, balancer: false, env }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

/** As the application's server asks. */
async function ask(path: string, json: object): Promise<Record<string, string>> {
  const response = await fetch(`${cluster.node('n1').url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-internal-secret': internalSecret },
    body: JSON.stringify(json),
  });
  return (await response.json()) as Record<string, string>;
}

/** Opens a join link at one of the nodes. */
async function open(node: 'n1' | 'n2', joinUrl: string) {
  const { pathname, search } = new URL(joinUrl);
  const page = await browser.newPage();
  await page.goto(`${cluster.node(node).url}${pathname}${search}`);
  return page;
}

type Page = Awaited<ReturnType<typeof open>>;

/** Resolves when new pictures keep coming from the other one. */
const seesMoving = (page: Page) =>
  page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('video.remote');
    return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 20;
  });

const patience = { timeout: 90_000 };

test(
  'a doctor and a patient on two nodes see each other by their join links',
  patience,
  async () => {
    const parties = { doctorId: 'doc123', patientId: 'pat456' };
    const { sessionId } = await ask('/sessions', { appointmentId: randomUUID(), ...parties });
    const join = `/sessions/${sessionId}/join`;
    const { joinUrl: forPatient = '' } = await ask(join, { role: 'patient', userId: 'pat456' });
    const { joinUrl: forDoctor = '' } = await ask(join, { role: 'doctor', userId: 'doc123' });

    const patient = await open('n1', forPatient);
    await patient.getByText('Waiting for the other participant').waitFor();
    const doctor = await open('n2', forDoctor);
    await Promise.all([seesMoving(patient), seesMoving(doctor)]);

    // The other one fills the screen, and oneself is at its bottom right.
    const { width = 0, height = 0 } = doctor.viewportSize() ?? {};
    expect(await doctor.getByTestId('remote').boundingBox()).toEqual({ x: 0, y: 0, width, height });
    const own = await doctor.getByTestId('own').boundingBox();
    expect(own?.x).toBeGreaterThan(width / 2);
    expect(own?.y).toBeGreaterThan(height / 2);

    await doctor.getByTestId('mute').click();
    await doctor.getByText('Unmute').waitFor();
    await doctor.getByTestId('camera').click();
    await doctor.getByText('Start camera').waitFor();

    // Loaded anew, the page is in the call again, and has not to be asked for a token.
    await doctor.reload();
    await Promise.all([seesMoving(patient), seesMoving(doctor)]);

    await doctor.getByTestId('leave').click();
    await patient.getByText('Waiting for the other participant').waitFor();
    await Promise.all([doctor.close(), patient.close()]);
  },
);

test('a link that is no good opens no call', patience, async () => {
  const page = await open('n1', 'https://care.example/join/nowhere?token=nonsense');
  await page.getByTestId('refused').waitFor();
  await page.close();
});
