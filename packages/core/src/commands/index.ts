import type { CommandName } from '@switchboard/protocol';
import { acceptCall, cancelCall, endCall, rejectCall } from './change-call.ts';
import type { Handler } from './context.ts';
import { endRoom } from './end-room.ts';
import { identifySession } from './identify-session.ts';
import { inviteCall } from './invite-call.ts';
import { issueIceServers } from './issue-ice-servers.ts';
import { joinRoom } from './join-room.ts';
import { leaveRoom } from './leave-room.ts';
import { listAnnotations } from './list-annotations.ts';
import { putAnnotation } from './put-annotation.ts';
import { readMessages } from './read-messages.ts';
import { refreshAuth } from './refresh-auth.ts';
import { relayToRoom } from './relay-to-room.ts';
import { removeAnnotation } from './remove-annotation.ts';
import { sendMessage } from './send-message.ts';
import { sendSignal } from './send-signal.ts';
import { showTyping } from './show-typing.ts';
import { unwatchPresence } from './unwatch-presence.ts';
import { updateMedia } from './update-media.ts';
import { watchPresence } from './watch-presence.ts';
import { withdrawSession } from './withdraw-session.ts';

export const handlers: { readonly [K in CommandName]: Handler<K> } = {
  'room:join': joinRoom,
  'room:leave': leaveRoom,
  'room:end': endRoom,
  'media:update': updateMedia,
  'auth:refresh': refreshAuth,
  'session:identify': identifySession,
  'session:withdraw': withdrawSession,
  'room:relay': relayToRoom,
  'chat:send': sendMessage,
  'chat:history': readMessages,
  'chat:typing': showTyping,
  'annotation:put': putAnnotation,
  'annotation:remove': removeAnnotation,
  'annotation:list': listAnnotations,
  signal: sendSignal,
  'presence:watch': watchPresence,
  'presence:unwatch': unwatchPresence,
  'call:invite': inviteCall,
  'call:accept': acceptCall,
  'call:reject': rejectCall,
  'call:cancel': cancelCall,
  'call:end': endCall,
  'ice:servers': issueIceServers,
};
