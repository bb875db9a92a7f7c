import { z } from 'zod';

/** A STUN or TURN server, as RTCPeerConnection takes it (W3C WebRTC 1.0, 4.2.4). */
export const IceServer = z.strictObject({
  /** RFC 7064 and RFC 7065. */
  urls: z.array(z.string()).min(1),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.output<typeof IceServer>;

export const IceConfiguration = z.strictObject({
  iceServers: z.array(IceServer),
  /** Epoch milliseconds at which the credentials cease to be good; absent where there are none. */
  expiresAt: z.number().optional(),
});
export type IceConfiguration = z.output<typeof IceConfiguration>;

export const iceCommands = {
  /** The servers that help to find a way for the media, with credentials that do not last. */
  'ice:servers': {
    input: z.strictObject({}),
    result: IceConfiguration,
  },
} as const;
