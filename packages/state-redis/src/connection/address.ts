/** Where the shared state is, as `REDIS_URL` says it. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[]; readonly login: Login }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostAndPort[];
      readonly master: string;
      readonly login: Login;
    };

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/**
 * Reads a `REDIS_URL`:
 * - `redis://…` or `rediss://…`: one Redis;
 * - a comma-separated list of these: nodes of a Redis Cluster, the login taken from the first;
 * - `redis+sentinel://user:password@host:port,host:port/master`: a master found by Sentinels.
 *
 * @throws TypeError saying what is wrong, without repeating the URL, which may hold a password.
 */
export function parseRedisAddress(value: string): RedisAddress {
  if (value.startsWith('redis+sentinel://')) return parseSentinel(value);
  const urls = value.split(',').map((part) => parseUrl(part.trim()));
  const [first] = urls;
  if (!first) throw new TypeError('is empty');
  if (urls.length === 1) return { kind: 'single', url: value };
  return { kind: 'cluster', nodes: urls.map((url) => hostAndPort(url, 6379)), login: login(first) };
}

function parseSentinel(value: string): RedisAddress {
  // Several hosts do not fit into one URL: each is read as a URL of its own.
  const [authority = '', master = ''] = value.slice('redis+sentinel://'.length).split('/');
  const at = authority.lastIndexOf('@') + 1;
  const credentials = authority.slice(0, at);
  const urls = authority
    .slice(at)
    .split(',')
    .map((host) => parseUrl(`redis://${credentials}${host.trim()}`));
  const [first] = urls;
  if (!first || master === '') throw new TypeError('must be redis+sentinel://host:port,…/master');
  return {
    kind: 'sentinel',
    sentinels: urls.map((url) => hostAndPort(url, 26379)),
    master,
    login: login(first),
  };
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('is not a URL, or a comma-separated list of them');
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new TypeError('must begin with redis://, rediss:// or redis+sentinel://');
  }
  if (url.hostname === '') throw new TypeError('names no host');
  return url;
}

const hostAndPort = (url: URL, defaultPort: number): HostAndPort => ({
  // A URL writes an address of IPv6 in brackets, which are no part of it.
  host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
  port: url.port === '' ? defaultPort : Number(url.port),
});

const login = (url: URL): Login => ({
  ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
  ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  tls: url.protocol === 'rediss:',
});
