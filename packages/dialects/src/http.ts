import type { Right, RoomId, UserId } from '@switchboard/protocol';
import type { ServerApi } from './server-api.ts';

/** What a route may be used by. The node decides it, before the route runs. */
export type Access =
  /** Anybody. */
  | 'public'
  /** Whoever could connect as a client: with a token where the cluster demands one. */
  | 'client'
  /** Whoever shows a valid token, in an open cluster too. */
  | 'token'
  /** It names people: anybody in development; else a server, or who has the grant `admin`. */
  | 'operator'
  /** A server of the application, by the internal secret. */
  | 'internal';

/** Who asks, as far as the route's access has made it known. */
export interface Caller {
  /** Absent of a server, and of somebody without a token. */
  readonly userId: UserId | null;
  has(right: Right): boolean;
  /** Whether it could join that room without being named by it. */
  mayJoin(roomId: RoomId): boolean;
}

export interface HttpRequest {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Where the request comes from, as far as proxies say. */
  readonly address: string;
  /** Parsed JSON, of a bounded size. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The pages of the node, by name. */
export type PageName = 'index' | 'join' | 'join-refused' | 'example-client-rooms';

export type HttpAnswer =
  | { readonly status: number; readonly body: unknown }
  | {
      readonly status: number;
      readonly page: PageName;
      /** For the page to connect with; see `JoinPass`. */
      readonly pass?: JoinPass;
    };

/** A token that goes to the page as a cookie, which scripts do not see. */
export interface JoinPass {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * One route that an older protocol's server had, at the root. What is thrown is answered in the
 * dialect's own form, and never shows a stack.
 */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  /** @throws SignalingError */
  handle(request: HttpRequest, api: ServerApi): HttpAnswer | Promise<HttpAnswer>;
}

/** An answer of success, as most are. */
export const ok = (body: unknown): HttpAnswer => ({ status: 200, body });
