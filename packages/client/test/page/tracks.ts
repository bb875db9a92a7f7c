import type { TrackSource } from '../../src/index.ts';

/** A track that carries something: a moving picture, or a tone. */
export const makeTrack = (source: TrackSource): MediaStreamTrack =>
  source === 'microphone' ? makeTone() : makePicture();

function makePicture(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 120;
  const context = canvas.getContext('2d');
  const [track] = canvas.captureStream(10).getTracks();
  if (!context || !track) throw new Error('this browser cannot draw');
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer);
    context.fillStyle = `hsl(${performance.now() % 360} 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 100);
  return track;
}

/** One for all: a page may have few. */
const context = new AudioContext();

function makeTone(): MediaStreamTrack {
  const destination = context.createMediaStreamDestination();
  const oscillator = new OscillatorNode(context, { frequency: 440 });
  oscillator.connect(destination);
  oscillator.start();
  const [track] = destination.stream.getTracks();
  if (!track) throw new Error('this browser cannot sound');
  return track;
}
