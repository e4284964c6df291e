import type { FastifyInstance } from 'fastify';

export interface AppAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Of the body; undefined where there is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD' | 'OPTIONS';

/** Asks an application that does not listen, as a client with the right token does that sends JSON. */
export async function askApp(
  app: FastifyInstance,
  method: Method,
  url: string,
  payload?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<AppAnswer> {
  const answer = await app.inject({
    method,
    url,
    headers: {
      host: 'localhost:9000',
      authorization: 'Bearer secret-token',
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
  const json = (answer.body === '' ? undefined : parsed(answer.body)) as AppAnswer['json'];
  return { status: answer.statusCode, headers: answer.headers, text: answer.body, json };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
