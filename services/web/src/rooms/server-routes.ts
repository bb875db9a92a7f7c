/** What can be asked of the server, by the label of its button. */
export const serverRoutes = {
  Server: '/',
  Health: '/health',
  Rooms: '/rooms',
  Connections: '/connections',
  Statistics: '/stats',
} as const;

export interface ServerAnswer {
  /** The request and its status. */
  readonly asked: string;
  readonly isRefused: boolean;
  /** JSON, to be read. */
  readonly text: string;
}

/** Asks one of them. @throws TypeError where nobody answers. */
export async function askServer(path: string, token: string): Promise<ServerAnswer> {
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  const headers = { accept: 'application/json', ...authorization };
  const response = await fetch(path, { headers });
  return {
    asked: `GET ${path}: ${response.status}`,
    isRefused: !response.ok,
    text: JSON.stringify(await response.json(), null, 2),
  };
}
