/** What a client reads out of its own token. The cluster alone decides what counts. */
export interface Claims {
  readonly sub?: string;
  /** Epoch seconds. */
  readonly iat?: number;
  /** Epoch seconds. */
  readonly exp?: number;
}

/** @returns null of what is no JSON Web Token (RFC 7519). */
export function readClaims(token: string): Claims | null {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== 'object' || claims === null) return null;
    const { sub, iat, exp } = claims as Record<string, unknown>;
    return {
      ...(typeof sub === 'string' && { sub }),
      ...(typeof iat === 'number' && { iat }),
      ...(typeof exp === 'number' && { exp }),
    };
  } catch {
    return null;
  }
}
