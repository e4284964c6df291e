import { expect } from 'chai';
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

  it('come back as they were written', () => {
    const written = job('a', { dueAt: 5, stoppedAt: 7 });
    server.store.add({ job: written });
    expect(server.store.find('a')?.job).to.deep.equal(written);
  });

  it('are listed newest first, and by the state of their latest run', () => {
    server.store.add({ job: job('a') });
    server.store.add({ job: job('b', { createdAt: server.now + 1 }) });
    server.store.change(server.store.runsOf('a', 1), (run) => ({ ...run, status: 'finished', state: 'complete' }));
    expect(server.store.list({ limit: 10 }).map((one) => [one.job.id, one.run?.state])).to.deep.equal([
      ['b', 'pending'],
      ['a', 'complete'],
    ]);
    expect(server.store.list({ state: 'complete', limit: 10 }).map((one) => one.job.id)).to.deep.equal(['a']);
    expect(server.store.list({ state: 'complete', limit: 10 })[0]?.run?.createdAt).to.equal(server.now);
    expect(server.store.list({ limit: 1 })).to.have.length(1);
    expect(server.store.list({ name: 'a', limit: 10 }).map((one) => one.job.id)).to.deep.equal(['a']);
  });

  it('cannot have the name of one whose service is still there', () => {
    server.store.add({ job: job('a') });
    expect(() => {
      server.store.add({ job: { ...job('b'), request: jobRequest('a', ['true']) } });
    }).to.throw(/UNIQUE/);
    expect(server.store.find('b')).to.equal(undefined);
    expect(server.store.isNameTaken('a')).to.equal(true);
  });

  it('give the same answer to a key for a day', () => {
    server.store.add({ job: job('a'), answer: { key: 'k', text: '{"id":"a"}' } });
    expect(server.store.findAnswer('k', server.now + 86_399_999)).to.equal('{"id":"a"}');
    expect(server.store.findAnswer('k', server.now + 86_400_000)).to.equal(undefined);
  });

  it('are written together or not at all', () => {
    server.store.add({ job: job('a') });
    const [run] = server.store.runsOf('a', 1);
    expect(() => {
      server.store.save([
        { ...run!, status: 'started', state: 'started' },
        { ...run!, job: 'nobody', service: 'b' },
      ]);
    }).to.throw(/FOREIGN KEY/);
    expect(server.run('a')?.state).to.equal('pending');
  });
});
