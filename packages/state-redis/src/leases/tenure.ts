import type { NodeId } from '@switchboard/protocol';

/**
 * A term of office of a node, `<node>:<term>`. What a node holds is written down under its
 * tenure: when a node that was given up comes back, it begins a new one, and what it says anew
 * cannot be taken for what it held before.
 */
export type Tenure = string & { readonly __brand: 'Tenure' };

export const tenureOf = (node: NodeId, term: number): Tenure => `${node}:${term}` as Tenure;
