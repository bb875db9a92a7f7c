/** Tells whether a received track carries something. */
export interface Probe {
  /** Forgets what it has carried so far. */
  readonly reset: () => void;
  readonly isLive: () => boolean;
}

/**
 * Plays a track where nobody sees or hears it. `track.muted` cannot be asked: after a rolled back
 * offer Chromium (156) leaves it true for good, though pictures arrive.
 */
export const probe = (track: MediaStreamTrack): Probe =>
  track.kind === 'audio' ? probeSound(track) : probePicture(track);

function probePicture(track: MediaStreamTrack): Probe {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => undefined);
  const shown = () => video.getVideoPlaybackQuality().totalVideoFrames;
  let before = 0;
  return {
    reset: () => {
      before = shown();
    },
    // A frame may have been on its way.
    isLive: () => shown() > before + 1,
  };
}

/** One for all: a page may have few. */
const context = new AudioContext();

function probeSound(track: MediaStreamTrack): Probe {
  const stream = new MediaStream([track]);
  // Without an element that plays it, Chromium does not decode a remote track.
  const audio = new Audio();
  audio.muted = true;
  audio.srcObject = stream;
  audio.play().catch(() => undefined);
  const analyser = new AnalyserNode(context);
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    reset: () => undefined,
    isLive: () => {
      if (audio.paused) return false;
      analyser.getFloatTimeDomainData(samples);
      return samples.some((sample) => Math.abs(sample) > 0.01);
    },
  };
}
