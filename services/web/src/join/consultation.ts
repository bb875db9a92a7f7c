import type { LocalMedia } from '../media/local-media.ts';
import { PeerCall } from './peer-call.ts';
import type { SessionLink } from './session-link.ts';
import { type PeerSignal, SessionSocket } from './session-socket.ts';

export interface ConsultationView {
  showStatus(text: string): void;
  showRemote(stream: MediaStream | null): void;
}

/** The call behind a join link: with one other, who may go and come again. */
export class Consultation {
  readonly #socket: SessionSocket;
  readonly #media: LocalMedia;
  readonly #view: ConsultationView;
  readonly #iceServers: RTCIceServer[];
  #call: PeerCall | null = null;
  /** The other one's session has ended, though pictures may still be coming. */
  #isLeaving = false;
  #isOver = false;

  constructor(
    link: SessionLink,
    options: {
      readonly media: LocalMedia;
      readonly view: ConsultationView;
      readonly iceServers: RTCIceServer[];
    },
  ) {
    this.#media = options.media;
    this.#view = options.view;
    this.#iceServers = options.iceServers;
    this.#socket = new SessionSocket(link, {
      onConnected: () => {
        if (!this.#call) this.#wait();
      },
      onDisconnected: () => this.#say('Connecting again…'),
      onRefused: () => this.#end('You are not connected. Please open the link again.'),
      // In a call it is about a signal to somebody who has just gone.
      onProblem: () => {
        if (!this.#call) this.#say('The consultation cannot be joined just now.');
      },
      onPeerCame: () => this.#begin().offer(),
      onPeerWent: () => this.#lose(),
      onSignal: (signal) => this.#take(signal),
    });
  }

  sendMedia(): void {
    this.#call?.setMedia(this.#media.state);
  }

  leave(): void {
    this.#end('You have left the consultation.');
  }

  #take(signal: PeerSignal): void {
    const isOffer = 'type' in signal && signal.type === 'offer';
    const call = isOffer ? this.#begin() : this.#call;
    call?.take(signal);
  }

  /** Whoever comes, or offers, has nothing left of a call before. */
  #begin(): PeerCall {
    this.#call?.close();
    this.#isLeaving = false;
    const call = new PeerCall({
      iceServers: this.#iceServers,
      media: this.#media.state,
      send: (signal) => this.#socket.send(signal),
      onStream: (stream) => this.#view.showRemote(stream),
      onState: (state) => {
        if (call === this.#call) this.#follow(state);
      },
    });
    this.#call = call;
    this.#say('Connecting…');
    return call;
  }

  #follow(state: RTCPeerConnectionState): void {
    if (state === 'connected') this.#say('');
    else if (this.#isLeaving || state === 'failed') this.#wait();
    else if (state === 'disconnected') this.#say('The connection is poor…');
  }

  /** A page that was loaded anew may be here already when the end of its last session is told. */
  #lose(): void {
    this.#isLeaving = true;
    if (!this.#call?.isConnected) this.#wait();
  }

  #wait(): void {
    this.#call?.close();
    this.#call = null;
    this.#view.showRemote(null);
    this.#say('Waiting for the other participant…');
  }

  #end(text: string): void {
    this.#socket.leave();
    this.#wait();
    this.#say(text);
    this.#isOver = true;
  }

  #say(text: string): void {
    if (!this.#isOver) this.#view.showStatus(text);
  }
}
