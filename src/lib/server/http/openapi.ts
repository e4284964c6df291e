import type { Route, Schema } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const errorSchemas: Readonly<Record<Route['errors'], Schema>> = {
  usual: {
    type: 'object',
    properties: {
      statusCode: { type: 'integer' },
      message: { type: 'string' },
      errors: {
        type: 'array',
        items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
      },
      uuid: { type: 'string' },
    },
  },
  jobs: {
    type: 'object',
    properties: {
      success: { const: false },
      code: { type: 'integer' },
      error: { type: 'string' },
      auth: { type: 'boolean' },
      id: { type: 'string' },
    },
  },
};

/** The description of the API as OpenAPI 3.1, from the table that also validates. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths = Map.groupBy(routes, ({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'));
  return {
    openapi: '3.1.0',
    info: { title: 'dockerops serve', version },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchemas.usual, JobError: errorSchemas.jobs },
    },
    paths: Object.fromEntries(
      [...paths].map(([path, group]) => [
        path,
        Object.fromEntries(group.map((route) => [route.method.toLowerCase(), operation(route)])),
      ]),
    ),
  };
}

function operation(route: Route): Json {
  return {
    summary: route.summary,
    ...(route.isOpen === true ? { security: [] } : { security: [{ token: [] }] }),
    parameters: [...pathParameters(route), ...parameters('query', route.query), ...parameters('header', route.headers)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, description]) => [status, response(route, status, description)]),
    ),
  };
}

function response({ errors }: Route, status: string, description: string): Json {
  if (Number(status) < 400) return { description };
  const name = errors === 'jobs' ? 'JobError' : 'Error';
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } };
}

function pathParameters({ path }: Route): readonly Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function parameters(place: 'query' | 'header', schema: Schema | undefined): readonly Json[] {
  const properties = (schema?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(properties).map(([name, each]) => ({ name, in: place, schema: each }));
}
