import type { DialectName } from './dialect.ts';

/** What a route may be used by; `authorize-route.ts` of the node decides it, before the route runs. */
export type Access =
  /** Anybody. */
  | 'public'
  /** It names people: anybody in development, who has the grant `admin` otherwise. */
  | 'operator'
  /** A server of the application, by the internal secret. */
  | 'internal'
  /** Whoever shows a valid token; what it may see, the route decides. */
  | 'token';

export interface HttpRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parsed JSON, of a bounded size. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route that an older protocol's server had, at the root. */
export interface Route {
  readonly dialect: DialectName;
  readonly method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  handle(request: HttpRequest): Promise<HttpAnswer>;
}
