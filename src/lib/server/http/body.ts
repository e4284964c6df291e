import type { FastifyInstance, FastifyRequest } from 'fastify';
import { depthProblem } from '../../json.ts';
import { HttpError } from './http-error.ts';
import { factsOf } from './route-facts.ts';

export const maxBodyBytes = 2 ** 20;
const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Reads every body as JSON; a route that does not take any type refuses another one with 415. */
export function addBodyReader(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, text, done) => {
    // What no route reads may be anything.
    if (factsOf(request).body === undefined) return done(null, undefined);
    if (!takesType(request)) return done(new HttpError(415, 'the body must be application/json'));
    const problem = depthProblem(text as string);
    if (problem !== undefined) return done(new HttpError(400, `the body cannot be read: ${problem}`));
    void parse(request, text as string, (error, body) => {
      if (error === null) done(null, body);
      else done(new HttpError(400, `the body is not JSON${placeIn(error)}`));
    });
  });
}

function takesType({ headers, facts }: FastifyRequest): boolean {
  return facts.anyType || jsonType.test(headers['content-type'] ?? '');
}

/** Node's whole message repeats what is around the place, which may be the token. */
function placeIn({ message }: Error): string {
  const [place] = /\(line \d+ column \d+\)/.exec(message) ?? [];
  return place === undefined ? '' : ` ${place}`;
}
