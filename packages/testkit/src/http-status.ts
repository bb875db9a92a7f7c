import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';

/**
 * Status of a GET over a connection of its own, which leaves nothing behind in a shared pool when
 * the server is killed afterwards.
 *
 * @throws {Error} when there is no answer within a second.
 */
export async function httpStatus(url: string, ca?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, { agent: false, timeout: 1_000, ca }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 1 s')));
    request.on('error', reject);
  });
}
