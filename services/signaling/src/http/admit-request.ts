import type { IncomingMessage } from 'node:http';

/**
 * Counts a request for the address that it comes from, before it is asked who sends it.
 *
 * @throws SignalingError `rate_limited`
 */
export type AdmitRequest = (request: IncomingMessage) => void;
