import type { Directory } from '@switchboard/core';
import type { z } from 'zod';
import type { Access, Caller } from './access.ts';

export interface RouteContext {
  readonly directory: Directory;
  readonly caller: Caller;
}

export interface RouteAnswer<Body> {
  readonly status?: number;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The parts of a request that a route reads; all are parsed before it runs. */
export interface RouteInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
}

/** One route of `/v1`: all that is to be known of it, for the server and for OpenAPI. */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  /** By which it goes in OpenAPI. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Under `/v1`, with `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** Null of a route that reads none. */
  readonly params: P | null;
  readonly query: Q | null;
  readonly body: B | null;
  /** The body of a success, and with which statuses it comes. */
  readonly answer: A;
  readonly statuses: readonly number[];
  readonly bodyLimit?: number;
  handle(
    context: RouteContext,
    input: RouteInput<P, Q, B>,
  ): Promise<RouteAnswer<z.output<A>>> | RouteAnswer<z.output<A>>;
}

/** Ties the types of a route's parts together, and then lets go of them. */
export const defineRoute = <
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  route: Route<P, Q, B, A>,
): Route => route as unknown as Route;
