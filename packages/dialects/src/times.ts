/** Times on the wire, which are epoch milliseconds inside: ISO 8601. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

export const isoNow = (): string => new Date().toISOString();
