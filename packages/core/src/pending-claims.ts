import type { PeerId } from '@switchboard/protocol';

/** A claim under way. Disposing it says that its answer has been taken in. */
export interface PendingClaim extends Disposable {
  /** The highest epoch that the session has been claimed under since it began, as the bus says. */
  readonly claimedAt: number;
}

/**
 * The claims of this node that have not been answered. That they have been carried out, or that
 * somebody else has claimed the same session afterwards, can be heard before the answer.
 */
export class PendingClaims {
  readonly #pending = new Map<PeerId, Set<{ claimedAt: number }>>();

  begin(peerId: PeerId): PendingClaim {
    const claim = { claimedAt: 0 };
    const claims = this.#pending.get(peerId) ?? new Set();
    this.#pending.set(peerId, claims.add(claim));
    return Object.assign(claim, {
      [Symbol.dispose]: () => {
        claims.delete(claim);
        if (claims.size === 0) this.#pending.delete(peerId);
      },
    });
  }

  has(peerId: PeerId): boolean {
    return this.#pending.has(peerId);
  }

  hear(peerId: PeerId, epoch: number): void {
    for (const claim of this.#pending.get(peerId) ?? []) {
      claim.claimedAt = Math.max(claim.claimedAt, epoch);
    }
  }
}
