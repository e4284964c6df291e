import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { EngineUnreachable } from '../../../../src/lib/errors.ts';
import { HttpError } from '../../../../src/lib/server/http/http-error.ts';
import { waiting } from '../../../../src/lib/server/jobs/job.ts';
import type { OpenEngine } from '../../../../src/lib/use-cases/open-engine.ts';
import { jobImage, jobRequest, JobServer } from '../../../support/job-server.ts';
import { openTestApp, type TestAppOptions } from '../../../support/test-app.ts';

describe('the API', () => {
  let jobs: JobServer;
  let app: FastifyInstance;
  let log: string[];
  let now: number;
  let problem: HttpError | undefined;
  beforeEach(async () => {
    jobs = new JobServer();
    [log, now, problem] = [[], 0, undefined];
    app = await open();
  });
  afterEach(async () => {
    await app.close();
    jobs.close();
  });

  const open = (options: Omit<TestAppOptions, 'log'> = {}): Promise<FastifyInstance> =>
    openTestApp(jobs, { log, now: () => now, problem: () => problem, ...options });

  const bearer = { authorization: 'Bearer secret-token' };
  type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD';
  const ask = async (method: Method, url: string, payload?: unknown, headers: Record<string, string> = bearer) => {
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.inject({
      method,
      url,
      headers: { host: 'localhost:9000', ...type, ...headers },
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
    const json = (): Record<string, unknown> => JSON.parse(answer.body) as Record<string, unknown>;
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, json };
  };
  const job = { image: jobImage, command: 'sleep 50' };

  it('answers with exactly application/json, its version and the id of the request', async () => {
    const { headers, status } = await ask('POST', '/run', job);
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('application/json');
    expect(headers['x-api-version']).to.equal('1.2.3');
    expect(headers['x-api-uuid']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('stops all runs of a schedule, however many there are', async () => {
    const schedule = { pattern: '0 0 1 1 *', timezone: 'UTC' };
    await jobs.add('j1', jobRequest('work', ['true'], { schedule, concurrency: 'allow' }), { dueAt: jobs.now + 1 });
    const times = { attempt: 1, createdAt: jobs.now, notBefore: jobs.now, isGone: false };
    await jobs.store.save(
      Array.from({ length: 1001 }, (_, index) => {
        const number = index + 1;
        return { ...waiting, ...times, job: 'j1', number, service: `work-${String(number)}` };
      }),
    );
    expect((await ask('POST', '/stop', { id: 'j1' })).status).to.equal(200);
    expect(jobs.store.countUnfinished()).to.equal(0);
  });

  it('runs, tells and stops a job', async () => {
    const run = (await ask('POST', '/run', { ...job, name: 'work' })).json();
    expect(run).to.deep.equal({ success: true, id: run['id'], status: 'pending' });
    const id = String(run['id']);
    expect((await ask('GET', `/status/${id}`)).json()).to.include({ success: true, id, status: 'pending' });
    expect((await ask('GET', '/jobs?state=pending')).json()).to.have.length(1);
    expect((await ask('GET', `/jobs/${id}/runs`)).json()).to.have.length(1);
    for (let times = 0; times < 2; times += 1)
      expect((await ask('POST', '/stop', { id })).json()).to.deep.equal({ success: true, id, status: 'shutdown' });
    expect((await ask('GET', `/status/${id}`)).json()).to.include({ state: 'shutdown' });
  });

  const jobError = (code: number, error: string, auth = false) => ({ success: false, code, error, auth, id: '' });
  for (const [body, error] of [
    [{}, 'command missing or invalid'],
    [{ image: 'x' }, 'command missing or invalid'],
    [{ command: 'x' }, 'image missing or invalid'],
    [{ ...job, command: '' }, 'command missing or invalid'],
    [{ ...job, image: 'a b' }, 'image missing or invalid'],
    [{ ...job, image: 'a:b:c' }, 'image missing or invalid'],
    [{ ...job, image: 'a//b' }, 'image missing or invalid'],
    [{ ...job, image: 'a@sha256:0' }, 'image missing or invalid'],
    [{ ...job, memory: 5 }, 'memory missing or invalid: must be >= 6'],
    [[], 'command missing or invalid'],
  ] as const)
    it(`refuses to run ${JSON.stringify(body)}`, async () => {
      const { status, json } = await ask('POST', '/run', body);
      expect([status, json()]).to.deep.equal([400, jobError(400, error)]);
    });

  it('says in its errors whether a login was sent', async () => {
    const { json } = await ask('POST', '/run', { ...job, auth: 'nothing' });
    expect(json()).to.include({ code: 400, auth: true });
  });

  it('takes numbers in quotes, and names keys that it does not know', async () => {
    const { json } = await ask('POST', '/run', { ...job, memory: '512', comand: 'x' });
    expect(json()).to.deep.include({ success: true, warnings: ['unknown key "comand"'] });
  });

  it('reads the body of /run and /stop as JSON whatever its type, and refuses what is none', async () => {
    const form = { ...bearer, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', '/run', JSON.stringify(job), form)).status).to.equal(200);
    const comma = await ask('POST', '/run', '{"image":"a","command":"b",}', form);
    expect(comma.status).to.equal(400);
    expect(comma.json()['error']).to.match(/^the body is not JSON/);
    const deep = await ask('POST', '/run', '{"a":'.repeat(10_000), form);
    expect([deep.status, deep.json()['error']]).to.deep.equal([
      400,
      'the body cannot be read: values are nested more than 100 deep at position 500',
    ]);
    expect((await ask('POST', '/stop', {})).json()).to.deep.equal(jobError(400, 'container id missing'));
  });

  it('knows no job of another id', async () => {
    for (const { status, json } of [
      await ask('GET', '/status/nobody'),
      await ask('GET', '/jobs/nobody/logs'),
      await ask('POST', '/stop', { id: 'nobody' }),
    ])
      expect([status, json()]).to.deep.equal([404, jobError(404, 'Service not found')]);
  });

  it('gives the same answer to the same idempotency key, and starts one job', async () => {
    const again = { ...bearer, 'idempotency-key': 'k1' };
    const [first, second] = [await ask('POST', '/run', job, again), await ask('POST', '/run', job, again)];
    expect(second.text).to.equal(first.text);
    const both = await Promise.all([1, 2].map(() => ask('POST', '/run', job, { ...bearer, 'idempotency-key': 'k2' })));
    expect(both[0]?.text).to.equal(both[1]?.text);
    expect((await ask('GET', '/jobs')).json()).to.have.length(2);
  });

  it('refuses a name that is taken', async () => {
    await ask('POST', '/run', { ...job, name: 'one' });
    expect((await ask('POST', '/run', { ...job, name: 'one' })).json()).to.deep.equal(
      jobError(409, 'name one is taken'),
    );
  });

  it('starts no job without a Swarm, and says so', async () => {
    problem = new HttpError(409, 'the engine is not a manager of a Swarm: docker swarm init');
    expect((await ask('POST', '/run', job)).json()).to.deep.equal(jobError(409, problem.message));
    expect((await ask('GET', '/_health', undefined, {})).status).to.equal(503);
  });

  it('tells a status as it is now, however often it was asked', async () => {
    const id = String((await ask('POST', '/run', { ...job, command: 'true' })).json()['id']);
    const state = async (): Promise<unknown> => (await ask('GET', `/status/${id}`)).json()['state'];
    expect([await state(), await state()]).to.deep.equal(['pending', 'pending']);
    await jobs.runPass();
    await jobs.runPass();
    expect([await state(), await state()]).to.deep.equal(['complete', 'complete']);
    jobs.now += 86_400_000;
    await jobs.runPass();
    await jobs.runPass();
    expect((await ask('GET', `/status/${id}`)).status).to.equal(404);
  });

  it('has the log of a job as text', async () => {
    const id = String((await ask('POST', '/run', { ...job, command: 'echo hello' })).json()['id']);
    await jobs.runPass();
    await jobs.runPass();
    const { text, headers } = await ask('GET', `/jobs/${id}/logs`);
    expect([text, headers['content-type']]).to.deep.equal(['hello\n', 'text/plain; charset=utf-8']);
  });

  it('says that the log of a job went with its service', async () => {
    const id = String((await ask('POST', '/run', { ...job, name: 'work', command: 'echo hello' })).json()['id']);
    await jobs.runPass();
    await jobs.runPass();
    jobs.engine.cluster.remove('work');
    const { status, json } = await ask('GET', `/jobs/${id}/logs`);
    expect([status, json()]).to.deep.equal([404, jobError(404, 'its log went with its service')]);
  });

  it('answers 503 to what needs the engine when that is away, or does not answer in time', async () => {
    const id = String((await ask('POST', '/run', { ...job, command: 'echo hello' })).json()['id']);
    await jobs.runPass();
    const away = (): Promise<never> => Promise.reject(new EngineUnreachable('no engine\nhere', { code: 'ENGINE' }));
    const hangs = async (): Promise<Pick<OpenEngine, 'engine'>> => {
      const none = new Proxy(jobs.engine, { get: () => () => new Promise(() => {}) });
      return { engine: none };
    };
    for (const [engine, reason] of [
      [away, 'no engine here'],
      [hangs, 'the engine has not answered in time'],
    ] as const) {
      await app.close();
      app = await open({ engine });
      const answers = await Promise.all([
        ask('POST', '/run', { ...job, name: 'other' }),
        ask('GET', `/jobs/${id}/logs`),
        ask('GET', `/jobs/${id}/logs?follow=true`),
      ]);
      for (const { status, json } of answers) expect([status, json()]).to.deep.equal([503, jobError(503, reason)]);
      expect((await ask('GET', `/status/${id}`)).status).to.equal(200);
    }
  });

  it('sends the head of a log that is followed before its first line', async () => {
    const id = String((await ask('POST', '/run', job)).json()['id']);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const leave = new AbortController();
    const { status } = await fetch(`${url}/jobs/${id}/logs?follow=true`, { headers: bearer, signal: leave.signal });
    expect(status).to.equal(200);
    leave.abort();
  });

  it('answers 404 outside of its paths and 405 for other methods', async () => {
    const none = await ask('GET', '/nothing');
    expect([none.status, none.json()]).to.deep.equal([
      404,
      {
        statusCode: 404,
        message: 'there is nothing at this path: see /openapi.json',
        errors: [],
        uuid: none.headers['x-api-uuid'],
      },
    ]);
    expect((await ask('GET', '/')).status).to.equal(404);
    const wrong = await ask('DELETE', '/run');
    expect([wrong.status, wrong.headers['allow']]).to.deep.equal([405, 'POST']);
    expect((await ask('HEAD', '/jobs')).status).to.equal(200);
  });

  it('takes the token from the header, the query and the body', async () => {
    expect((await ask('GET', '/jobs', undefined, {})).status).to.equal(401);
    expect((await ask('GET', '/jobs?token=secret-token', undefined, {})).status).to.equal(200);
    expect((await ask('POST', '/run', { ...job, token: 'secret-token' }, {})).status).to.equal(200);
    const refused = await ask('POST', '/run', { ...job, token: 'wrong' }, {});
    expect([refused.status, refused.json()]).to.deep.equal([401, jobError(401, 'Unauthorized')]);
    expect(refused.headers['www-authenticate']).to.equal('Bearer');
    expect((await ask('POST', '/run', [], {})).status).to.equal(401);
    expect((await ask('GET', '/nothing', undefined, {})).status).to.equal(401);
    expect((await ask('GET', '/_health', undefined, {})).status).to.equal(204);
  });

  it('refuses an address for a minute after ten wrong tokens, also with the right one', async () => {
    for (let times = 0; times < 10; times += 1)
      expect((await ask('GET', '/jobs', undefined, { authorization: 'Bearer x' })).status).to.equal(401);
    const blocked = await ask('GET', '/jobs');
    expect([blocked.status, blocked.headers['retry-after']]).to.deep.equal([429, '60']);
    now += 60_000;
    expect((await ask('GET', '/jobs')).status).to.equal(200);
  });

  it('shows the token nowhere', async () => {
    await ask('GET', '/jobs?token=secret-token', undefined, {});
    await ask('POST', '/run', { ...job, token: 'secret-token', memory: 'much' }, {});
    const answers = [
      await ask('POST', '/run', '{"token":"secret-token",', {}),
      await ask('POST', '/run', '{"token":secret-token}', {}),
      await ask('GET', '/status/x?token=secret-token', undefined, {}),
      await ask('GET', '/status/%?token=secret-token', undefined, {}),
      await ask('GET', '/nothing?token=secret-token', undefined, {}),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 404, 400, 404]);
    expect(answers.map(({ text }) => text).join('')).not.to.include('secret');
    expect(log.join('')).to.include('"path":"/jobs"').and.not.include('secret-token');
  });

  it('lets no page of another origin ask, with a token or without one', async () => {
    const origin = 'https://evil.example.org';
    expect((await ask('GET', '/jobs', undefined, { ...bearer, origin })).status).to.equal(403);
    expect((await ask('OPTIONS', '/run', undefined, { origin })).status).to.equal(403);
    const own = await ask('GET', '/jobs', undefined, { ...bearer, origin: 'http://localhost:9000' });
    expect(own.status).to.equal(200);
    await app.close();
    app = await open({ token: undefined });
    expect((await ask('GET', '/jobs', undefined, { origin })).status).to.equal(403);
    expect((await ask('GET', '/jobs', undefined, { host: 'evil.example.org' })).status).to.equal(403);
    expect((await ask('GET', '/jobs', undefined, {})).status).to.equal(200);
    for (const host of ['127.0.0.1:1', '[::1]:9000', 'LOCALHOST'])
      expect((await ask('GET', '/jobs', undefined, { host })).status, host).to.equal(200);
  });

  it('answers the preflight of an origin that is allowed', async () => {
    await app.close();
    app = await open({ origins: ['https://ops.example.org'] });
    const origin = 'https://ops.example.org';
    const { status, headers } = await ask('OPTIONS', '/run', undefined, { origin });
    expect(status).to.equal(204);
    expect(headers['access-control-allow-origin']).to.equal(origin);
    expect((await ask('GET', '/jobs', undefined, { origin })).headers['access-control-allow-origin']).to.equal(origin);
  });

  it('refuses bodies of more than 1 MiB', async () => {
    expect((await ask('POST', '/run', { ...job, command: 'x'.repeat(2 ** 20) })).status).to.equal(413);
  });

  it('describes every route as OpenAPI and on a page', async () => {
    const { paths } = (await ask('GET', '/openapi.json')).json() as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).to.include.members(['/run', '/stop', '/status/{id}', '/jobs/{id}/logs', '/_health']);
    const page = await ask('GET', '/docs');
    expect(page.text).to.include('POST /run').and.include('command (required)');
  });

  it('answers 503 when the store cannot be written, and reads on', async () => {
    const id = String((await ask('POST', '/run', job)).json()['id']);
    jobs.store.add = () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    };
    expect((await ask('POST', '/run', job)).json()).to.include({ code: 503 });
    expect((await ask('GET', `/status/${id}`)).status).to.equal(200);
  });
});
