import type { IncomingHttpHeaders } from 'node:http';

/** JSON Schema, as far as routes use it. */
export type Schema = Readonly<Record<string, unknown>>;

/** The two forms of errors: that of the API, and that of the first job server. */
export type ErrorForm = 'usual' | 'jobs';

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  /** As its schema says. */
  readonly query: Readonly<Record<string, unknown>>;
  /** As its schema says. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** Aborts when the server begins to end: what has no end of its own ends then. */
  readonly stopping: AbortSignal;
}

export type Reply = { readonly headers?: Readonly<Record<string, string>> } & (
  | { readonly status?: number; readonly json: unknown }
  | { readonly status: 204 }
  | { readonly text: string; readonly type: string }
  | { readonly lines: AsyncIterable<string>; readonly type?: string }
);

/**
 * One request that is answered. Validation, `/openapi.json` and `/docs` come from it. Of a path, parameters are
 * `:name`.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** A sentence for the documentation. */
  readonly summary: string;
  readonly errors: ErrorForm;
  /** Answered without a token. */
  readonly isOpen?: true;
  /** Its body is read as JSON whatever its type says. */
  readonly anyType?: true;
  readonly body?: Schema;
  readonly query?: Schema;
  readonly headers?: Schema;
  /** What it answers: status to description. */
  readonly answers: Readonly<Record<number, string>>;
  readonly handle: (request: RouteRequest) => Promise<Reply> | Reply;
}
