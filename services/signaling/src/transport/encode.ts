import type { Notice } from '@switchboard/core';
import type { EventName, EventPayload, JsonContent } from '@switchboard/protocol';

export type EncodedEvent = {
  [K in EventName]: readonly [name: K, payload: EncodedPayload<K>];
}[EventName];

/** A signal's data may not have been read. */
type EncodedPayload<K extends EventName> = K extends 'signal'
  ? Omit<EventPayload<'signal'>, 'data'> & { readonly data: JsonContent }
  : EventPayload<K>;

/** A notice as the canonical protocol says it. */
export function encode(notice: Notice): EncodedEvent {
  switch (notice.type) {
    case 'participant-joined': {
      const { type: _, ...payload } = notice;
      return ['participant:joined', payload];
    }
    case 'participant-left': {
      const { type: _, ...payload } = notice;
      return ['participant:left', payload];
    }
    case 'participant-updated': {
      const { type: _, ...payload } = notice;
      return ['participant:updated', payload];
    }
    case 'participant-reconnecting': {
      const { type: _, ...payload } = notice;
      return ['participant:reconnecting', payload];
    }
    case 'participant-reconnected': {
      const { type: _, ...payload } = notice;
      return ['participant:reconnected', payload];
    }
    case 'message-sent': {
      const { type: _, ...payload } = notice;
      return ['chat:message', payload];
    }
    case 'annotation-changed': {
      const { type: _, ...payload } = notice;
      return ['annotation:changed', payload];
    }
    case 'annotation-removed': {
      const { type: _, ...payload } = notice;
      return ['annotation:removed', payload];
    }
    case 'room-started': {
      const { type: _, ...payload } = notice;
      return ['room:started', payload];
    }
    case 'room-ended': {
      const { type: _, ...payload } = notice;
      return ['room:ended', payload];
    }
    case 'room-state':
      return ['room:state', notice.room];
    case 'signal': {
      const { roomId, from, signalKind: kind, data, delivery } = notice;
      return ['signal', { roomId, from, kind, data, ...(delivery && { delivery }) }];
    }
    case 'relayed': {
      const { type: _, ...payload } = notice;
      return ['room:relayed', payload];
    }
    case 'typing': {
      const { type: _, ...payload } = notice;
      return ['chat:typing', payload];
    }
    case 'presence-changed': {
      const { type: _, ...payload } = notice;
      return ['presence:changed', payload];
    }
    case 'call-changed':
      return ['call:changed', { call: notice.call }];
    case 'draining':
      return ['node:draining', { reconnectInMs: notice.reconnectInMs }];
    case 'membership-ended': {
      const { type: _, ...payload } = notice;
      return ['membership:ended', payload];
    }
    case 'signal-failed': {
      const { type: _, ...payload } = notice;
      return ['signal:failed', payload];
    }
  }
}
