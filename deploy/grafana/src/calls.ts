import type { Board } from './board.ts';
import { graph } from './panels.ts';
import { nodes, quantiles, rate } from './queries.ts';

export const calls: Board = {
  uid: 'calls',
  title: 'Calls',
  description: 'How calls come about: invitations, signals, and how long it takes.',
  hasInstances: true,
  rows: {
    Calls: [
      graph({
        title: 'Invitations and what became of them',
        description:
          '`ringing` counts all that were begun; `missed` are those nobody took in time.',
        unit: 'cps',
        lines: { '{{progress}}': rate('switchboard_calls_total', nodes, ['progress']) },
        width: 12,
      }),
      graph({
        title: 'Calls that go on',
        description: 'Those that ring, and those that were accepted.',
        unit: 'short',
        lines: { '{{state}}': `sum by (state) (switchboard_calls{${nodes}})` },
        width: 12,
        isStacked: true,
      }),
      graph({
        title: 'Time to be accepted',
        description: 'From the beginning of a call to its acceptance: how long people take.',
        unit: 's',
        lines: quantiles('switchboard_call_answer_seconds', nodes),
        width: 12,
      }),
      graph({
        title: 'Time to the first answer',
        description:
          'From the second participant coming in to the answer to the offer: mostly the work of the clients.',
        unit: 's',
        lines: quantiles('switchboard_call_setup_seconds', nodes),
        width: 12,
        limit: 8,
      }),
      graph({
        title: 'Participants and rooms',
        description: 'Memberships of rooms, and rooms with somebody in them.',
        unit: 'short',
        lines: {
          participants: `sum (switchboard_participants{${nodes}})`,
          rooms: `sum (switchboard_rooms{${nodes}})`,
        },
        width: 12,
      }),
    ],
    Signals: [
      graph({
        title: 'Signals by kind',
        description: 'Accepted from clients. Candidates are the most; acks are the SDK alone.',
        unit: 'cps',
        lines: { '{{kind}}': rate('switchboard_signals_total', nodes, ['kind']) },
        isStacked: true,
      }),
      graph({
        title: 'Latency within a node',
        description:
          'From acceptance to emission. More than a millisecond is a busy event loop, or signals that waited.',
        unit: 's',
        lines: quantiles('switchboard_signal_latency_seconds', `${nodes},path="local"`),
      }),
      graph({
        title: 'Latency between nodes',
        description: 'From acceptance on one node to emission on another.',
        unit: 's',
        lines: quantiles('switchboard_signal_latency_seconds', `${nodes},path="remote"`),
        limit: 0.05,
      }),
      graph({
        title: 'How well that is known',
        description: 'By how much each node may misread the clock of Redis.',
        unit: 's',
        lines: { '{{instance}}': `switchboard_clock_error_seconds{${nodes}}` },
      }),
      graph({
        title: 'Signals that waited',
        description:
          'For the event that introduces their sender: some always do. Or until it is known where their receiver is, which moves: while nodes are replaced.',
        unit: 'cps',
        lines: {
          'for their sender': rate('switchboard_signals_parked_total', nodes),
          'for their receiver': rate('switchboard_held_up_total', nodes),
        },
      }),
      graph({
        title: 'Signals that failed',
        description: 'Accepted, but their receiver could not be reached. Clients send them again.',
        unit: 'cps',
        lines: { failed: rate('switchboard_signals_failed_total', nodes) },
      }),
    ],
    Returning: [
      graph({
        title: 'Clients that come back',
        description: 'What becomes of them. `unknown`: their session had ended.',
        unit: 'cps',
        lines: { '{{outcome}}': rate('switchboard_resumes_total', nodes, ['outcome']) },
        isStacked: true,
      }),
      graph({
        title: 'Time to resume',
        description: 'From the handshake to the session being here, with its rooms.',
        unit: 's',
        lines: quantiles('switchboard_resume_duration_seconds', nodes),
      }),
      graph({
        title: 'Ghosts',
        description: 'How long after the end of its grace a session was ended that no node held.',
        unit: 's',
        lines: quantiles('switchboard_session_overdue_seconds', nodes),
        limit: 10,
      }),
    ],
  },
};
