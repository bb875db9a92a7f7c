import { LocalMedia } from '../media/local-media.ts';
import { bindActions, bindKeys } from '../ui/actions.ts';
import { Store } from '../ui/store.ts';
import { Toast } from '../ui/toast.ts';
import { Call } from './call.ts';
import type { CallState } from './call-state.ts';
import { copyInvite } from './invite.ts';
import { readPageOptions } from './page-options.ts';
import { CallView } from './view/call-view.ts';
import { Lobby } from './view/lobby.ts';
import { MediaButtons } from './view/media-buttons.ts';
import { Stage } from './view/stage.ts';

/** The call page: makes its parts and ties them together. */
function main(): void {
  const options = readPageOptions(location.search);
  const toast = new Toast();
  const media = new LocalMedia((local) => {
    store.set({ local });
    call.sendMedia(local);
  });
  const store = new Store<CallState>({
    phase: { phase: 'lobby', problem: null },
    name: options.name,
    signaling: 'down',
    local: media.state,
    others: [],
  });
  const call = new Call({
    store,
    media,
    transports: options.transports,
    announce: (text) => toast.say(text),
  });

  const lobby = new Lobby(options, (roomId, name) => {
    // So that reloading, or sending the address on, leads into the same room.
    history.replaceState(null, '', withRoom(roomId));
    void call.join(roomId, name);
  });
  for (const view of [lobby, new MediaButtons(), new Stage(), new CallView()]) {
    store.watch((state) => view.show(state));
  }

  const toggleMicrophone = () => void media.microphone.toggle();
  const toggleCamera = () => void media.camera.toggle();
  bindActions({
    microphone: toggleMicrophone,
    camera: toggleCamera,
    screen: () => void shareScreen(),
    invite: () => void invite(),
    leave: () => call.leave(),
  });
  bindKeys({ m: toggleMicrophone, v: toggleCamera });
  // The others are not to wait for the cluster to miss somebody who has closed the page.
  window.addEventListener('pagehide', () => call.leave());
  void media.start();

  async function shareScreen(): Promise<void> {
    if (!(await media.screen.toggle())) toast.say('The screen could not be shared');
  }

  async function invite(): Promise<void> {
    const { phase } = store.value;
    if (phase.phase === 'in-call') toast.say(await copyInvite(phase.roomId));
  }
}

/** The page's own address, with everything that was asked for and this room. */
function withRoom(roomId: string): string {
  const url = new URL(location.href);
  url.searchParams.set('room', roomId);
  return url.href;
}

main();
