import { expect } from 'chai';
import { readRequest } from '../../../../src/lib/server/jobs/job-request.ts';
import type { RunBody } from '../../../../src/lib/server/jobs/run-schema.ts';

const defaults = { memoryMegabytes: 250, now: Date.UTC(2026, 0, 31), makeName: () => 'job-12345678' };
const read = (change: Partial<RunBody> & Readonly<Record<string, unknown>>) =>
  readRequest({ image: 'user/image', command: 'node index.js', ...change }, defaults);
const login = (value: unknown, encoding: BufferEncoding = 'base64'): string =>
  Buffer.from(JSON.stringify(value)).toString(encoding);

describe('the request of a job', () => {
  it('gets what it leaves out', () => {
    expect(read({})).to.deep.equal({
      request: {
        image: 'user/image',
        command: 'node index.js',
        words: ['node', 'index.js'],
        name: 'job-12345678',
        memoryBytes: 250 * 2 ** 20,
        labels: {},
        environment: {},
        constraints: [],
        retries: 0,
        concurrency: 'forbid',
      },
      warnings: [],
    });
  });

  it('splits the command as a shell does', () => {
    const result = read({ command: `sh -c 'echo "a b"; exit 3' x\\ y` });
    expect(result).to.have.nested.property('request.words').that.deep.equals(['sh', '-c', 'echo "a b"; exit 3', 'x y']);
  });

  for (const command of [`echo 'open`, '""', '   '])
    it(`refuses the command ${JSON.stringify(command)}`, () => {
      expect(read({ command })).to.equal('command missing or invalid');
    });

  it('takes a login as base64 and as base64url, with the registry of the image', () => {
    const value = { username: 'ann?>~', password: 'p', auth: '', email: 'a@example.org' };
    for (const encoding of ['base64', 'base64url'] as const)
      expect(read({ image: 'registry.example.org/x', auth: login(value, encoding) }))
        .to.have.property('login')
        .that.deep.equals({ username: 'ann?>~', password: 'p', serveraddress: 'registry.example.org' });
  });

  it('keeps the login out of the request', () => {
    expect(
      JSON.stringify((read({ auth: login({ username: 'a', password: 'geheim' }) }) as object)['request' as never]),
    ).not.to.include('geheim');
  });

  for (const auth of ['', 'no json', login('text'), login({}), login({ username: '' }), 'e30=='])
    it(`refuses the login ${JSON.stringify(auth)}`, () => {
      expect(read({ auth })).to.match(/^auth missing or invalid/);
    });

  for (const name of ['dockerops.server', 'com.docker.swarm.task'])
    it(`refuses the label ${name}`, () => {
      expect(read({ labels: { [name]: 'x' } })).to.equal(`labels missing or invalid: "${name}" is reserved`);
    });

  it('takes a schedule with a timezone, and UTC without one', () => {
    const schedule = { pattern: '30 4 * * 1-5', timezone: 'Europe/Berlin' };
    expect(read({ schedule: schedule.pattern, timezone: schedule.timezone }))
      .to.have.nested.property('request.schedule')
      .that.deep.equals(schedule);
    expect(read({ schedule: '* * * * *' })).to.have.nested.property('request.schedule.timezone', 'UTC');
  });

  it('refuses a schedule that is none, one that never comes, and a timezone that nobody knows', () => {
    for (const schedule of ['x', '* * * *', '0 0 * * * *', '@daily x', '61 * * * *'])
      expect(read({ schedule }), schedule).to.match(/^schedule missing or invalid/);
    expect(read({ schedule: '0 0 31 2 *' })).to.equal('schedule never comes');
    expect(read({ schedule: '* * * * *', timezone: 'Mars/Base' })).to.match(/^timezone "Mars\/Base" is unknown/);
  });

  it('refuses a name to which no number can be appended', () => {
    expect(read({ name: 'x'.repeat(53) })).to.have.property('request');
    expect(read({ name: 'x'.repeat(53), schedule: '* * * * *' })).to.match(/^name missing or invalid/);
  });

  it('names keys that it does not know, without refusing them', () => {
    expect(read({ token: 't', comand: 'x' }))
      .to.have.property('warnings')
      .that.deep.equals(['unknown key "comand"']);
  });
});
