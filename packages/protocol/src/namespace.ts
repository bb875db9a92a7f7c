/** Socket.IO namespace of the canonical protocol. */
export const namespace = '/v1';
