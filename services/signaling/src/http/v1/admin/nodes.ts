import type { NodeListing } from '@switchboard/core';
import { NodeId, NodeList, NodeRecord, SignalingError } from '@switchboard/protocol';
import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

/** SPEC 16.2: the nodes of the cluster, which are no tenant's. */
export const nodeAdminRoutes: readonly Route[] = [
  defineRoute({
    id: 'adminListNodes',
    method: 'GET',
    path: '/admin/nodes',
    access: 'operator',
    summary: 'The nodes that are alive, with their load.',
    params: null,
    query: null,
    body: null,
    answer: NodeList,
    statuses: [200],
    handle: async ({ directory }) => ({
      body: { nodes: (await directory.nodes.list()).map(recordOf) },
    }),
  }),
  defineRoute({
    id: 'adminDrainNode',
    method: 'POST',
    path: '/admin/nodes/:nodeId/drain',
    access: 'operator',
    summary: 'Has a node move its clients elsewhere and take no new ones, until it is stopped.',
    params: z.strictObject({ nodeId: NodeId }),
    query: null,
    body: null,
    answer: NodeRecord,
    statuses: [202],
    handle: async ({ directory }, { params }) => {
      const listing = await directory.nodes.drain(params.nodeId);
      if (!listing) throw new SignalingError('not_found');
      return { status: 202, body: recordOf(listing) };
    },
  }),
];

const recordOf = ({ drainingSince, ...listing }: NodeListing): NodeRecord => ({
  ...listing,
  status: drainingSince === null ? 'serving' : 'draining',
  ...(drainingSince !== null && { drainingSince }),
});
