import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startBalancer } from './balancer.ts';
import { startBrowser } from './browser.ts';
import { startCluster } from './cluster.ts';
import { startNode } from './node-process.ts';
import { waitUntil } from './wait-until.ts';

const entry = fileURLToPath(new URL('./fixtures/stub-node.ts', import.meta.url));

it('opens a page behind the balancer, with HTTP/2 and a WebSocket over it', async () => {
  await using node = await startNode({ nodeId: 'n1', entry });
  const env = { BALANCER_LOG_LEVEL: 'info' };
  await using balancer = await startBalancer({ nodes: [node], env });
  await using browser = await startBrowser();
  const page = await browser.newPage();
  await page.goto(balancer.url);
  await expect(page.textContent('body')).resolves.toBe('n1');
  // Text, because the page's types are not this package's.
  await expect(page.evaluate('isSecureContext')).resolves.toBe(true);
  const protocol = 'performance.getEntriesByType("navigation")[0].nextHopProtocol';
  await expect(page.evaluate(protocol)).resolves.toBe('h2');
  const opened = page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket('wss://' + location.host + '/socket');
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('error');
  })`);
  await expect(opened).resolves.toBe('open');
  // A connection is logged when it ends.
  await page.close();
  await waitUntil(
    () => balancer.logs(),
    (logs) => / 101 .* HTTP\/2.0 GET \/socket\n/.test(logs),
    { what: 'the WebSocket to be logged' },
  );
});

it('has a camera and a microphone, and connects peers', async () => {
  await using cluster = await startCluster({ entry, nodes: 1 });
  await using browser = await startBrowser();
  const page = await browser.newPage();
  await page.goto(cluster.url);
  const connected = page.evaluate(`(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()];
    caller.onicecandidate = ({ candidate }) => callee.addIceCandidate(candidate);
    callee.onicecandidate = ({ candidate }) => caller.addIceCandidate(candidate);
    const video = document.createElement('video');
    callee.ontrack = ({ streams }) => { video.srcObject = streams[0]; };
    for (const track of media.getTracks()) caller.addTrack(track, media);
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription);
    await video.play();
    return [video.videoWidth > 0, callee.connectionState];
  })()`);
  await expect(connected).resolves.toEqual([true, 'connected']);
});

it('keeps one page’s storage from another', async () => {
  await using cluster = await startCluster({ entry, nodes: 1, balancer: false });
  await using browser = await startBrowser();
  const [one, other] = [await browser.newPage(), await browser.newPage()];
  await Promise.all([one.goto(cluster.url), other.goto(cluster.url)]);
  await one.evaluate('localStorage.setItem("a", "1")');
  await expect(other.evaluate('localStorage.getItem("a")')).resolves.toBeNull();
});
