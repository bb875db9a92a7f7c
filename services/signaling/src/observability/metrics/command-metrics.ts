import { type CommandName, commands, type ErrorCode } from '@switchboard/protocol';
import { Histogram, type Registry } from 'prom-client';
import { type Cell, HotCounter } from './hot-metrics.ts';

type Outcome = 'ok' | ErrorCode;
type CommandLabel = CommandName | 'unknown';

/** Seconds: from one round trip to a Redis next door to the bound of a command. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What alerts look at is there from the beginning: the first failure is to be seen as one. */
const watched: readonly Outcome[] = ['ok', 'unavailable', 'internal'];

/** Commands, by how they were answered. Signals are commands as well, so counting is cheap. */
export class CommandMetrics {
  readonly #answered: HotCounter<'command' | 'outcome'>;
  readonly #cells = new Map<CommandLabel, Map<Outcome, Cell>>();
  readonly #duration: Histogram<'command'>;

  constructor(registry: Registry) {
    this.#answered = new HotCounter({
      name: 'switchboard_commands_total',
      help: 'Commands answered, by name and by `ok` or the code of the refusal.',
      labelNames: ['command', 'outcome'],
      registry,
    });
    this.#duration = new Histogram({
      name: 'switchboard_command_duration_seconds',
      help: 'From a command that changes state to its answer, refusals included; not of signals.',
      labelNames: ['command'],
      buckets,
      registers: [registry],
    });
    for (const command of [...(Object.keys(commands) as CommandName[]), 'unknown'] as const) {
      this.#cells.set(command, new Map());
      for (const outcome of watched) this.#cell(command, outcome);
      if (command !== 'signal' && command !== 'unknown') this.#duration.zero({ command });
    }
  }

  /** @param startedAt when it came in, by `performance.now()`. */
  answered(command: CommandLabel, outcome: Outcome, startedAt: number): void {
    this.#cell(command, outcome).value += 1;
    // Signals wait for nothing, and what is no command has taken no time.
    if (command === 'signal' || command === 'unknown') return;
    this.#duration.observe({ command }, (performance.now() - startedAt) / 1_000);
  }

  #cell(command: CommandLabel, outcome: Outcome): Cell {
    const cells = this.#cells.get(command) as Map<Outcome, Cell>;
    let cell = cells.get(outcome);
    if (!cell) {
      cell = this.#answered.cell({ command, outcome });
      cells.set(outcome, cell);
    }
    return cell;
  }
}
