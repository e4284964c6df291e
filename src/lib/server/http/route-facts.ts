import type { FastifyInstance } from 'fastify';
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
  interface FastifyContextConfig {
    facts?: RouteFacts;
  }
  interface FastifyRequest {
    facts: RouteFacts;
  }
}

const noRoute: RouteFacts = { path: 'unknown', isOpen: false, anyType: false, errors: 'usual' };

/** Puts them into each request, once: Fastify makes a new object whenever it is asked for the route. */
export function addRouteFacts(app: FastifyInstance): void {
  app.decorateRequest('facts');
  app.addHook('onRequest', (request, _reply, done) => {
    request.facts = request.routeOptions.config.facts ?? noRoute;
    done();
  });
}

/** Also of a request that no hook has seen. */
export function factsOf({ facts }: { readonly facts?: RouteFacts }): RouteFacts {
  return facts ?? noRoute;
}
