import type { Session } from '@switchboard/core';
import {
  type ClientIdentity,
  type Dialect,
  type KnownUser,
  Translator,
} from '@switchboard/dialects';
import {
  type CommandName,
  type CommandPayload,
  type CommandResult,
  parseCommand,
  readContent,
  type SignalingError,
} from '@switchboard/protocol';
import { roomsOf } from '../rooms-of.ts';
import { emitTo } from './emit-to.ts';
import type { ReceiveContext } from './receive.ts';
import { offsetOf } from './recovery-adapter.ts';
import type { Tongue } from './tongue.ts';

export type DialectContext = Omit<ReceiveContext, 'socket' | 'session'> & {
  /** Everybody who can log in. */
  readonly users: readonly KnownUser[];
};

/** An older protocol: a translator of it for each connection. */
export const dialectTongue = (
  dialect: Dialect,
  { core, metrics, logger, users }: DialectContext,
): Tongue => ({
  name: dialect.name,
  graceMs: dialect.graceMs,
  // Its own server knew no such rule.
  duplicates: 'allow',
  begin: (socket, session) => {
    let note = socket.data.recalled;
    const port = {
      peerId: session.peerId,
      // Few events ask for it, and a connection that waits is to cost little.
      get directory() {
        return roomsOf(core.directory.rooms, session.principal.tenant);
      },
      users,
      identity: () => identityOf(session),
      execute: <K extends CommandName>(
        name: K,
        payload: CommandPayload<K>,
        onResult?: (result: CommandResult<K>) => void,
      ) => {
        const startedAt = performance.now();
        const input = parseCommand(name, payload);
        const reply = (result: CommandResult<K>) => {
          metrics.commands.answered(name, 'ok', startedAt);
          onResult?.(result);
        };
        return core.execute(session, { name, input, reply });
      },
      emit: (event: string, args: readonly unknown[], news?: string) => {
        note = news ?? note;
        // A text at the end would be taken for what the client is to bring along.
        const isTaken = news !== undefined || typeof args.at(-1) === 'string';
        emitTo(socket, event, ...args, ...(isTaken ? [offsetOf(session, note)] : []));
      },
      onRefused: (event: string, error: SignalingError) => {
        const about = {
          session: session.peerId,
          dialect: dialect.name,
          event: nameOf(dialect, event),
        };
        metrics.commands.answered('unknown', error.code, 0);
        if (error.code === 'internal')
          logger.error({ ...about, err: error.cause }, 'an event failed');
        else logger.debug({ ...about, code: error.code }, 'an event was refused');
      },
    };
    const translator = new Translator(dialect, port, socket.data.recalled);
    return {
      begin: () => translator.begin(),
      receive: (name, args) => {
        if (!core.mayHandle(session)) return;
        try {
          core.admitMessage(session);
          socket.data.quota?.admit();
        } catch (error) {
          translator.refuse(name, error);
          return;
        }
        translator.receive(name, args);
      },
      tell: (event) => {
        if (event[0] !== 'signal') return translator.tell(event[0], event[1]);
        const [name, { data, ...payload }] = event;
        translator.tell(name, { ...payload, data: readContent(data) });
      },
    };
  },
});

function identityOf({ principal, user }: Session): ClientIdentity {
  const said = principal.kind === 'user' ? principal : principal.self;
  return {
    userId: user?.userId ?? null,
    name: said?.name ?? null,
    role: said?.role ?? null,
    isVouched: principal.kind === 'user',
  };
}

/** An event's name as it may be logged: what a client makes up could say anything. */
const nameOf = ({ decode }: Dialect, event: string): string =>
  Object.hasOwn(decode, event) ? event : 'unknown';
