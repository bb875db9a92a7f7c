/** Whether scenarios run at their full size (`npm run test:chaos`) or in the short form of `npm test`. */
export const isFull = process.env['CHAOS'] === 'full';

/** A size or a duration of a scenario, by the form it runs in. */
export const scaled = <T>(short: T, full: T): T => (isFull ? full : short);
