import type { CommandName, CommandPayload, CommandResult } from './commands.ts';
import type { ErrorBody } from './errors.ts';
import type { EventName, EventPayload } from './events.ts';

/** The answer to a command. */
export type Ack<Result> = ({ ok: true } & Result) | { ok: false; error: ErrorBody };

/** For Socket.IO's type parameters, on either side. */
export type ClientToServerEvents = {
  [K in CommandName]: (
    payload: CommandPayload<K>,
    ack: (answer: Ack<CommandResult<K>>) => void,
  ) => void;
};

/** For Socket.IO's type parameters, on either side. */
export type ServerToClientEvents = {
  [K in EventName]: K extends 'welcome'
    ? /** `offset` is for Socket.IO's own recovery (SPEC 5.2). */
      (payload: EventPayload<K>, offset: string) => void
    : (payload: EventPayload<K>) => void;
};
