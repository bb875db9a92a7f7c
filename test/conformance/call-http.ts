/** An answer over HTTP, as far as a client of an older protocol looks at it. */
export interface HttpReply {
  readonly status: number;
  readonly body: unknown;
}

interface HttpCall {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. */
  readonly json?: unknown;
}

/** Plain HTTP, as the READMEs' own snippets have it. */
export async function callHttp(url: string, { headers, json }: HttpCall = {}): Promise<HttpReply> {
  const isPost = json !== undefined;
  const response = await fetch(url, {
    method: isPost ? 'POST' : 'GET',
    headers: { ...headers, ...(isPost && { 'content-type': 'application/json' }) },
    ...(isPost && { body: JSON.stringify(json) }),
  });
  return { status: response.status, body: await response.json() };
}
