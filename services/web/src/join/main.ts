import { MediaButtons } from '../call/view/media-buttons.ts';
import { LocalMedia, type LocalMediaState, trackOf } from '../media/local-media.ts';
import { bindActions, bindKeys } from '../ui/actions.ts';
import { find } from '../ui/find.ts';
import { Consultation } from './consultation.ts';
import { fetchIceServers } from './ice-servers.ts';
import { readSessionLink } from './session-link.ts';

/** The page behind a join link: makes its parts and ties them together. */
async function main(): Promise<void> {
  const link = readSessionLink(location);
  const buttons = new MediaButtons();
  const media = new LocalMedia((local) => {
    buttons.show({ local });
    showOwn(local);
    consultation?.sendMedia();
  });
  let consultation: Consultation | undefined;
  const actions = {
    microphone: () => void media.microphone.toggle(),
    camera: () => void media.camera.toggle(),
    unlock: () => void play(),
    leave: () => {
      consultation?.leave();
      for (const device of [media.state.camera, media.state.microphone]) trackOf(device)?.stop();
      for (const each of document.querySelectorAll('nav button'))
        each.toggleAttribute('disabled', true);
    },
  };
  bindActions(actions);
  bindKeys({ m: actions.microphone, v: actions.camera });
  const [iceServers] = await Promise.all([fetchIceServers(link.token), media.start()]);
  consultation = new Consultation(link, { media, iceServers, view: { showStatus, showRemote } });
  // A page that is closed has left, and need not be waited for.
  addEventListener('pagehide', () => consultation?.leave());
}

const remote = find(document, 'video.remote', HTMLVideoElement);
const unlock = find(document, '.unlock', HTMLButtonElement);

function showOwn({ camera }: LocalMediaState): void {
  const track = camera.state === 'on' ? camera.track : null;
  const own = find(document, 'video.own', HTMLVideoElement);
  own.srcObject = track && new MediaStream([track]);
}

function showRemote(stream: MediaStream | null): void {
  if (remote.srcObject === stream) return;
  remote.srcObject = stream;
  if (stream) void play();
}

/** Browsers may want a touch before they let a page be heard. */
async function play(): Promise<void> {
  try {
    await remote.play();
    unlock.hidden = true;
  } catch (error) {
    unlock.hidden = !(error instanceof DOMException && error.name === 'NotAllowedError');
  }
}

const showStatus = (text: string): void => {
  find(document, '.status', HTMLElement).textContent = text;
};

void main();
