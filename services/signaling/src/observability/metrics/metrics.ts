import type { CommandName, ErrorCode, SignalKind } from '@switchboard/protocol';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: from one round trip to a Redis next door to the bound of a command. */
const commandBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Everything a node measures. Labels are from closed lists: never an id, never a name. */
export class Metrics {
  readonly registry = new Registry();

  readonly connections = new Gauge({
    name: 'switchboard_connections',
    help: 'Clients connected to this node.',
    registers: [this.registry],
  });

  readonly connectionsRefused = new Counter<'code'>({
    name: 'switchboard_connections_refused_total',
    help: 'Handshakes that were refused, by the code of the refusal.',
    labelNames: ['code'],
    registers: [this.registry],
  });

  readonly disconnects = new Counter<'reason'>({
    name: 'switchboard_disconnects_total',
    help: 'Connections that ended, by what ended them.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  readonly slowClients = new Counter({
    name: 'switchboard_slow_clients_total',
    help: 'Connections closed because the client did not read what was sent to it.',
    registers: [this.registry],
  });

  readonly commands = new Counter<'command' | 'outcome'>({
    name: 'switchboard_commands_total',
    help: 'Commands answered, by name and by `ok` or the code of the refusal.',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });

  readonly commandDuration = new Histogram<'command'>({
    name: 'switchboard_command_duration_seconds',
    help: 'From a command that changes state to its answer.',
    labelNames: ['command'],
    buckets: commandBuckets,
    registers: [this.registry],
  });

  readonly signals = new Counter<'kind' | 'path'>({
    name: 'switchboard_signals_total',
    help: 'Signals accepted from clients of this node, by where the receiver is.',
    labelNames: ['kind', 'path'],
    registers: [this.registry],
  });

  readonly signalsParked = new Counter({
    name: 'switchboard_signals_parked_total',
    help: 'Signals that came before the event that introduces their sender, and waited for it.',
    registers: [this.registry],
  });

  readonly signalsFailed = new Counter({
    name: 'switchboard_signals_failed_total',
    help: 'Accepted signals whose receiver could not be reached.',
    registers: [this.registry],
  });

  readonly viewResyncs = new Counter({
    name: 'switchboard_view_resyncs_total',
    help: 'Rooms read anew because this node had missed a change.',
    registers: [this.registry],
  });

  readonly stateErrors = new Counter({
    name: 'switchboard_state_errors_total',
    help: 'Lost connections to the shared state, and commands that failed for it.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** What is counted elsewhere already, and only looked up when somebody asks. */
  observeGauges({ localRooms }: { localRooms: () => number }): void {
    new Gauge({
      name: 'switchboard_local_rooms',
      help: 'Rooms that clients of this node are in.',
      registers: [this.registry],
      collect() {
        this.set(localRooms());
      },
    });
  }

  commandAnswered(command: CommandName | 'unknown', outcome: 'ok' | ErrorCode): void {
    this.commands.inc({ command, outcome });
  }

  signalRouted(kind: SignalKind, path: 'local' | 'remote'): void {
    this.signals.inc({ kind, path });
  }
}
