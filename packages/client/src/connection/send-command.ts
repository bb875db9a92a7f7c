import type { CommandName, CommandPayload, CommandResult } from '@switchboard/protocol';
import { SwitchboardError } from '../errors.ts';
import type { SocketPort } from './socket-port.ts';

export interface OutgoingCommand<K extends CommandName, T> {
  readonly command: K;
  readonly payload: CommandPayload<K>;
  /**
   * Takes the result in as soon as it arrives, before any event that came after it: a promise's
   * continuation would be too late, because several messages can be handled in one task.
   */
  readonly take: (result: CommandResult<K>) => T;
}

/**
 * Sends one command and waits for its answer.
 *
 * @returns what `take` made of the result.
 * @throws SwitchboardError with the cluster's refusal, `timeout`, or `interrupted` when the
 * connection was lost first.
 */
export function sendCommand<K extends CommandName, T>(
  socket: SocketPort,
  { command, payload, take }: OutgoingCommand<K, T>,
  timeoutMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.timeout(timeoutMs).emit(command, payload, (error, answer) => {
      if (error) {
        const code = socket.connected ? 'timeout' : 'interrupted';
        reject(SwitchboardError.local(code, { cause: error }));
      } else if (answer.ok) {
        try {
          resolve(take(answer));
        } catch (thrown) {
          reject(thrown);
        }
      } else {
        reject(SwitchboardError.refusal(answer.error));
      }
    });
  });
}
