import type { Annotation, ChatMessage } from '@switchboard/protocol';
import type { RoomAnnotations, RoomChat } from '../src/index.ts';
import { incarnation } from './samples.ts';

const position = { incarnation: incarnation('first'), rev: 9 } as const;

/** A chat that agrees at once, unless it is to answer otherwise, and keeps what it was asked. */
export class WillingChat implements RoomChat {
  readonly sent: Parameters<RoomChat['send']>[0][] = [];
  readonly reads: Parameters<RoomChat['read']>[0][] = [];
  otherwise: 'taken' | 'not-member' | null = null;
  messages: readonly ChatMessage[] | null = [];

  async send(request: Parameters<RoomChat['send']>[0]): ReturnType<RoomChat['send']> {
    this.sent.push(request);
    if (this.otherwise) return { kind: this.otherwise };
    return { kind: 'sent', message: { ...request.message, at: 1 }, ...position };
  }
  async read(request: Parameters<RoomChat['read']>[0]) {
    this.reads.push(request);
    return this.messages;
  }
}

/** The same of annotations. */
export class WillingAnnotations implements RoomAnnotations {
  readonly puts: Parameters<RoomAnnotations['put']>[0][] = [];
  otherwise: 'full' | 'not-member' | null = null;
  isAbsent = false;
  annotations: readonly Annotation[] | null = [];

  async put(request: Parameters<RoomAnnotations['put']>[0]): ReturnType<RoomAnnotations['put']> {
    this.puts.push(request);
    if (this.otherwise) return { kind: this.otherwise };
    return { kind: 'put', annotation: { ...request.annotation, at: 1 }, ...position };
  }
  async remove(): ReturnType<RoomAnnotations['remove']> {
    return this.isAbsent ? { kind: 'absent' } : { kind: 'removed', ...position };
  }
  async list() {
    return this.annotations;
  }
}
