import { request as httpRequest, type ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { definedOnly } from '../../defined.ts';
import type { Call, Connection } from './connection.ts';

/** Sends a call. The caller waits for the response. */
export function sendRequest(connection: Connection, details: Call): ClientRequest {
  const data = encodeBody(details.body);
  const options: RequestOptions = {
    agent: connection.agent,
    method: details.method,
    path: `${versionPrefix(connection)}${details.path}${queryText(details.query)}`,
    headers: { Host: 'docker', ...data?.headers, ...details.headers },
    // Otherwise Node loads code to see whether the Host header is an IPv6 address: 2 ms at the first call.
    servername: '',
    ...definedOnly({ signal: details.signal }),
  };
  const request = httpRequest(options);
  request.end(data?.content);
  return request;
}

/** One part of a path. Image references keep their slashes and colons, as the engine's router expects. */
export function segment(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%40/g, '@');
}

/** The `filters` of the list calls: `{"label": ["a=b", "c"]}`. */
export function labelFilter(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  const label = labelTexts(labels);
  return label === undefined ? undefined : JSON.stringify({ label });
}

/** Undefined when there are none. */
export function labelTexts(labels: Readonly<Record<string, string>> | undefined): readonly string[] | undefined {
  const texts = Object.entries(labels ?? {}).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return texts.length === 0 ? undefined : texts;
}

function versionPrefix({ apiVersion }: Connection): string {
  return apiVersion === '' ? '' : `/v${apiVersion}`;
}

function encodeBody(
  body: unknown,
): { readonly content: Buffer; readonly headers: Readonly<Record<string, string>> } | undefined {
  if (body === undefined) return undefined;
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  return { content, headers: { 'Content-Type': type, 'Content-Length': String(content.length) } };
}

function queryText(query: Call['query']): string {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
