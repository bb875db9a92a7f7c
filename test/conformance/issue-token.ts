import { callHttp } from './call-http.ts';

/** Has a node issue a token, as a server of the application does. */
export async function issueToken(
  url: string,
  internalSecret: string,
  claims: { readonly sub: string; readonly role?: string; readonly grants?: object },
): Promise<string> {
  const headers = { 'x-internal-secret': internalSecret };
  const { status, body } = await callHttp(`${url}/v1/tokens`, { headers, json: claims });
  if (status !== 200 && status !== 201) throw new Error(`no token was issued: ${status}`);
  return (body as { token: string }).token;
}
