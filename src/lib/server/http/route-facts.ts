import type { ErrorForm, Schema } from './route.ts';

/** What hooks have to know of the route of a request. */
export interface RouteFacts {
  /** As the table has it, so that no parameter is in it. */
  readonly path: string;
  readonly isOpen: boolean;
  readonly anyType: boolean;
  /** Absent: it reads none. */
  readonly body?: Schema;
  readonly query?: Schema;
  readonly errors: ErrorForm;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RouteFacts;
    /** Monotonic milliseconds; undefined before any hook has run. */
    beganAt: number | undefined;
  }
}

export const noRoute: RouteFacts = { path: 'unknown', isOpen: false, anyType: false, errors: 'usual' };

/** Also of a request that no hook has seen. */
export function factsOf({ facts }: { readonly facts?: RouteFacts }): RouteFacts {
  return facts ?? noRoute;
}
