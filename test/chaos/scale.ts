/** Whether scenarios run at their full size (`npm run test:chaos`) or in the short form of `npm test`. */
export const isFull = process.env['CHAOS'] === 'full';

/** A size or a duration of a scenario, by the form it runs in. */
export const scaled = <T>(short: T, full: T): T => (isFull ? full : short);

/**
 * How often a scenario repeats what it does. `CHAOS_COUNT` says otherwise, to run one scenario in
 * several pieces.
 */
export const repeated = (short: number, full: number): number =>
  Number(process.env['CHAOS_COUNT'] || scaled(short, full));
