import { expect } from 'chai';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { JobServer } from '../../../support/job-server.ts';
import { openTestApp } from '../../../support/test-app.ts';

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: { readonly properties: object } } };
  };
}

const token = 'secret-token';
const runs = 400;

/** Requests made from the API's own description: right and wrong types, sizes, encodings, paths and headers. */
describe('whatever the API is asked', function () {
  this.timeout(60_000);
  let jobs: JobServer;
  let app: FastifyInstance;
  let log: string[];
  let server: Server;
  let port: number;
  before(async () => {
    jobs = new JobServer();
    log = [];
    app = await openTestApp(jobs, { log });
    server = createServer((request, response) => {
      app.routing(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
    jobs.close();
  });

  async function ask(method: string, path: string, headers: Record<string, string>, body?: Buffer) {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const all = { ...headers, ...length };
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers: all, agent: false });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const type = response.headers['content-type'];
    // It has no end.
    const isEndless = type === 'text/event-stream';
    if (isEndless) response.on('error', () => {}).destroy();
    return { status: response.statusCode ?? 0, type, text: isEndless ? '' : await text(response) };
  }

  /** Any value, more often one that is nearly right. */
  const values = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', '0', '1e400', '-1', ' ', '\0', '../..', '%', '*'.repeat(5000), 2 ** 53, -1, null, true, 6, 'x'),
    fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 3 }),
  );
  const segments = fc.oneof(
    fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((each) => each.isWellFormed())
      .map(encodeURIComponent),
    fc.constantFrom('%00', '%', '%ff', '..', '.', 'x'.repeat(600), '__proto__', 'constructor', '%2e%2e%2f'),
  );

  async function operations() {
    const { text: body } = await ask('GET', '/openapi.json', { authorization: `Bearer ${token}` });
    return Object.entries((JSON.parse(body) as Description).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
  }

  it('is answered in its form, without a fault, and never with the token', async () => {
    const all = await operations();
    const requests = fc.constantFrom(...all).chain(({ path, method, operation }) => {
      const body = operation.requestBody?.content['application/json'].schema.properties ?? {};
      const query = operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      return fc.record({
        method: fc.constant(method.toUpperCase()),
        path: fc.constant(path),
        parts: fc.array(segments, { minLength: 1, maxLength: 1 }),
        body: fc.record(Object.fromEntries(Object.keys(body).map((key) => [key, values])), { requiredKeys: [] }),
        raw: fc.option(fc.uint8Array({ maxLength: 200 }), { freq: 5 }),
        query: fc.record(Object.fromEntries(query.map((key) => [key, segments])), { requiredKeys: [] }),
        type: fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', 'a', ''),
        key: fc.option(
          fc.string({ maxLength: 300 }).map((each) => encodeURIComponent(each)),
          { freq: 3 },
        ),
      });
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, parts, body, raw, query, type, key }) => {
        const url = path.replace(/\{\w+\}/, parts[0] ?? '');
        const words = Object.entries(query).map(([name, value]) => `${name}=${value}`);
        // Followed logs of jobs that wait have no end, and nothing runs deploys here.
        const asked = [...words.filter((word) => !/^(follow|wait)/.test(word)), `token=${token}`].join('&');
        const content = raw === null ? Buffer.from(JSON.stringify({ ...body, token })) : Buffer.from(raw);
        const headers = {
          ...(type === '' ? {} : { 'content-type': type }),
          ...(key === null ? {} : { 'idempotency-key': key }),
        };
        const answer = await ask(method, `${url}?${asked}`, headers, method === 'GET' ? undefined : content);
        expect(answer.status, `${method} ${url} ${content.toString()}: ${answer.text}`).to.be.lessThan(500);
        expect(answer.text).not.to.include(token);
        if (answer.status >= 400) expect(answer.type).to.equal('application/json');
      }),
      { numRuns: runs },
    );
    expect(log.join('')).not.to.include(token);
    expect(log.join('')).not.to.include('"level":50');
  });

  it('leaves the server able to answer', async () => {
    const lines = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lines, async (parts) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.end(`${parts.join('\r\n')}\r\n\r\n`);
        socket.resume();
        await once(socket, 'close');
      }),
      { numRuns: 100 },
    );
    expect((await ask('GET', '/_health', {})).status).to.equal(204);
  });
});
