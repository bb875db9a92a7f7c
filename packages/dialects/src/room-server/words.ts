/** The time as this protocol says it: ISO 8601. */
export const now = (): string => new Date().toISOString();

/** The events in which it passes offers, answers and candidates on, with the member they are in. */
export const negotiationEvents = {
  offer: { event: 'offer', key: 'offer' },
  answer: { event: 'answer', key: 'answer' },
  candidate: { event: 'ice-candidate', key: 'candidate' },
} as const;
