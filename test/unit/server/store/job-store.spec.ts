import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../../src/lib/server/jobs/job.ts';
import { jobRequest, JobServer } from '../../../support/job-server.ts';

describe('the jobs of a store', () => {
  let server: JobServer;
  beforeEach(() => {
    server = new JobServer();
  });
  afterEach(() => {
    server.close();
  });
  const job = (id: string, change: Partial<Job> = {}): Job => ({
    id,
    request: jobRequest(id, ['true']),
    createdAt: server.now,
    ...change,
  });

  it('come back as they were written', async () => {
    const written = job('a', { dueAt: 5, stoppedAt: 7 });
    await server.store.add({ job: written });
    expect(server.store.find('a')?.job).to.deep.equal(written);
  });

  it('are listed newest first, and by the state of their latest run', async () => {
    await server.store.add({ job: job('a') });
    await server.store.add({ job: job('b', { createdAt: server.now + 1 }) });
    await server.store.change(server.store.runsOf('a', 1), (run) => ({
      ...run,
      status: 'finished',
      state: 'complete',
    }));
    expect([...server.store.list({ limit: 10 })].map((one) => [one.job.id, one.run?.state])).to.deep.equal([
      ['b', 'pending'],
      ['a', 'complete'],
    ]);
    expect([...server.store.list({ state: 'complete', limit: 10 })].map((one) => one.job.id)).to.deep.equal(['a']);
    expect([...server.store.list({ state: 'complete', limit: 10 })][0]?.run?.createdAt).to.equal(server.now);
    expect([...server.store.list({ limit: 1 })]).to.have.length(1);
    expect([...server.store.list({ name: 'a', limit: 10 })].map((one) => one.job.id)).to.deep.equal(['a']);
  });

  it('cannot have the name of one whose service is still there', async () => {
    await server.store.add({ job: job('a') });
    const other = { job: { ...job('b'), request: jobRequest('a', ['true']) } };
    expect(await server.store.add(other)).to.equal('name-taken');
    expect(server.store.find('b')).to.equal(undefined);
    expect(server.store.isNameTaken('a')).to.equal(true);
  });

  it('give the same answer to a key for a day', async () => {
    await server.store.add({ job: job('a'), answer: { key: 'k', text: '{"id":"a"}' } });
    expect(server.store.findAnswer('k', server.now + 86_399_999)).to.equal('{"id":"a"}');
    expect(server.store.findAnswer('k', server.now + 86_400_000)).to.equal(undefined);
    const again = { job: job('b'), answer: { key: 'k', text: '{"id":"b"}' } };
    expect(await server.store.add(again)).to.deep.equal({ answered: '{"id":"a"}' });
    server.now += 86_400_000;
    expect(await server.store.add({ ...again, job: job('c') })).to.equal('added');
    expect(server.store.findAnswer('k', server.now)).to.equal('{"id":"b"}');
  });

  it('leave no copy of a login on the disk once nothing needs it', async () => {
    const login = { username: 'ann', password: 'open-sesame', serveraddress: 'registry' };
    await server.store.add({ job: job('a'), login });
    const files = (): string =>
      readdirSync(server.directory)
        .map((name) => readFileSync(join(server.directory, name), 'latin1'))
        .join('');
    expect(files()).to.include('open-sesame');
    await server.store.change([{ job: 'a', number: 1 }], (run) => ({ ...run, status: 'started', state: 'started' }));
    expect(server.store.login('a')).to.equal(undefined);
    expect(files()).not.to.include('open-sesame');
  });

  it('are written together or not at all', async () => {
    await server.store.add({ job: job('a') });
    const [run] = server.store.runsOf('a', 1);
    const runs = [{ ...run!, status: 'started', state: 'started' } as const, { ...run!, job: 'nobody', service: 'b' }];
    const error: unknown = await server.store.save(runs).catch((cause: unknown) => cause);
    expect(error).to.match(/FOREIGN KEY/);
    expect(server.run('a')?.state).to.equal('pending');
  });
});
