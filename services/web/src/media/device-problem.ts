/** Why a camera, a microphone or a screen cannot be used. */
export type DeviceProblem =
  /** The user or the browser's settings do not allow it. */
  | 'blocked'
  /** There is none. */
  | 'missing'
  /** There is one, but it cannot be opened; another program may have it. */
  | 'busy'
  /** Browsers give devices to pages on https and localhost only. */
  | 'insecure';

const problems: { readonly [name: string]: DeviceProblem } = {
  NotAllowedError: 'blocked',
  SecurityError: 'blocked',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
};

/** What a rejection of getUserMedia or getDisplayMedia means (W3C Media Capture, 10.2.1). */
export const problemOf = (error: unknown): DeviceProblem =>
  (error instanceof DOMException && Object.hasOwn(problems, error.name) && problems[error.name]) ||
  'busy';
