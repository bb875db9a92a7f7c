import type { Core, Session } from '@switchboard/core';
import {
  type CommandName,
  type CommandResult,
  isCommandName,
  parseCommand,
  type RoomId,
  SignalingError,
} from '@switchboard/protocol';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics/metrics.ts';
import { roomTag } from '../observability/room-tag.ts';
import { emitTo } from './emit-to.ts';
import type { ClientSocket } from './socket-server.ts';

export interface ReceiveContext {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly socket: ClientSocket;
  readonly session: Session;
}

const tooMany = 'A command has one payload.';

type Acknowledge = (answer: unknown) => void;

/**
 * The way of a message from a socket into the core, and of the answer back. Whatever is thrown
 * on the way ends here, as an answer.
 */
export function receive(context: ReceiveContext, name: string, args: unknown[]): void {
  if (!context.core.mayHandle(context.session)) return;
  const startedAt = performance.now();
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
  let room: RoomId | undefined;
  const fail = (error: unknown) => refuse(context, { name, room, startedAt, acknowledge, error });
  try {
    context.core.admitMessage(context.session);
    context.socket.data.quota?.admit();
    if (!isCommandName(name)) throw new SignalingError('unknown_command');
    const [payload, ...rest] = acknowledge ? args.slice(0, -1) : args;
    if (rest.length > 0)
      throw new SignalingError('invalid_argument', { message: tooMany, path: [] });
    const input = parseCommand(name, payload);
    if ('roomId' in input) room = input.roomId;
    const reply = (result: CommandResult<typeof name>) => {
      context.metrics.commands.answered(name, 'ok', startedAt);
      acknowledge?.({ ok: true, ...result });
    };
    context.core.execute(context.session, { name, input, reply })?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

interface Failed {
  readonly name: string;
  /** Where the command was one. */
  readonly room: RoomId | undefined;
  readonly startedAt: number;
  readonly acknowledge: Acknowledge | undefined;
  readonly error: unknown;
}

function refuse(context: ReceiveContext, failed: Failed): void {
  const { socket, session, logger, metrics } = context;
  const { name, room, startedAt, acknowledge } = failed;
  const command: CommandName | 'unknown' = isCommandName(name) ? name : 'unknown';
  const error = asSignalingError(failed.error);
  const about = {
    session: session.peerId,
    command,
    room: room && roomTag(session.principal.tenant, room),
  };
  if (error.code === 'internal') {
    logger.error({ ...about, err: failed.error }, 'a command failed');
  } else {
    logger.debug({ ...about, code: error.code }, 'a command was refused');
  }
  metrics.commands.answered(command, error.code, startedAt);
  if (acknowledge) acknowledge({ ok: false, error: error.toBody() });
  else emitTo(socket, 'error', { command, error: error.toBody() });
}

/** Anything that is no refusal is a bug of ours; a client learns nothing more about it. */
const asSignalingError = (error: unknown): SignalingError =>
  error instanceof SignalingError ? error : new SignalingError('internal', { cause: error });
