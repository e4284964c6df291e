import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderDiff } from '../../../../src/lib/cli/render/diff-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';
import { UserError } from '../../../../src/lib/errors.ts';
import { type ConfDiff, diffConfs, isDifferent } from '../../../../src/lib/use-cases/inspect/diff-confs.ts';

describe('the difference of two confs', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dops-test-diff-'));
    write('shop/services/web/Dockerfile', 'FROM scratch\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(path: string, content: unknown): void {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  const web = (env_vars: object, more: object = {}): object => ({ service: 'web', instance: 'one', env_vars, ...more });
  const diff = (from: string, to: string): ConfDiff =>
    diffConfs(
      {
        packageDirectory: '/package',
        homeDirectory: directory,
        workingDirectory: join(directory, 'shop'),
        environment: {},
      },
      from,
      to,
    );
  const linesOf = (found: ConfDiff): readonly string[] =>
    renderDiff(found, found.instances.filter(isDifferent), noStyle).trimEnd().split('\n');

  it('has each field with both values and where they come from', () => {
    write('shop/run.conf', [web({ A: '1', B: 'same' })]);
    write('shop/live.conf', [web({ A: '2', B: 'same', C: '3' })]);
    expect(linesOf(diff('run', 'live'))).to.deep.equal([
      '~ web-one',
      '    environment.A: 1 (run.conf:1:48) -> 2 (live.conf:1:48)',
      '    environment.C: (none) -> 3 (live.conf:1:67)',
      '1 differs',
    ]);
  });

  it('compares secrets and shows none', () => {
    write('shop/run.conf', [web({ DB_PASSWORD: 'hunter2', API_TOKEN: 'same' })]);
    write('shop/live.conf', [web({ DB_PASSWORD: 'swordfish', API_TOKEN: 'same' })]);
    const found = diff('run', 'live');
    expect(linesOf(found)).to.deep.equal([
      '~ web-one',
      '    environment.API_TOKEN: <secret> equal',
      '    environment.DB_PASSWORD: <secret> differs',
      '1 differs',
    ]);
    expect(JSON.stringify(found)).not.to.match(/hunter2|swordfish|same/);
    expect(linesOf(diff('run', 'run'))).to.deep.equal(['no differences']);
  });

  it('has a line for what is only in one of them', () => {
    write('shop/run.conf', [web({}), { service: 'web', instance: 'old' }]);
    write('shop/live.conf', [{ service: 'web', instance: 'new' }, web({})]);
    expect(linesOf(diff('run', 'live'))).to.deep.equal([
      '+ web-new  only in live.conf',
      '- web-old  only in run.conf',
      '1 only in run.conf, 1 only in live.conf',
    ]);
  });

  it('has a line for a value that is missing in one, which is no failure', () => {
    write('shop/services/web/required_env_vars.json', ['TITLE']);
    write('shop/run.conf', [web({})]);
    write('shop/live.conf', [web({ TITLE: 'x' })]);
    expect(linesOf(diff('run', 'live'))).to.deep.equal([
      '~ web-one',
      '    environment.TITLE: (none) -> x (live.conf:1:48)',
      '    environment.TITLE: has no value in run.conf',
      '1 differs',
    ]);
    expect(diff('run', 'run').instances.some(isDifferent)).to.equal(false);
  });

  it('takes the host.conf of each project', () => {
    write('shop/services/web/required_env_vars.json', ['TITLE']);
    write('shop/run.conf', [web({})]);
    write('shop/host.conf', { TITLE: 'here' });
    write('live/services/web/Dockerfile', 'FROM scratch\n');
    write('live/services/web/required_env_vars.json', ['TITLE']);
    write('live/run.conf', [web({})]);
    write('live/host.conf', { TITLE: 'there' });
    const [first] = diff('run.conf', '../live/run.conf').instances;
    const title = first?.fields.find(({ field }) => field === 'environment.TITLE');
    expect([title?.from?.value, title?.to?.value]).to.deep.equal(['here', 'there']);
  });

  it('is refused where one of them has problems, or is not there', () => {
    write('shop/run.conf', [web({})]);
    write('shop/live.conf', [web({}, { links: ['nobody'] })]);
    expect(() => diff('run', 'live')).to.throw(UserError);
    expect(() => diff('run', 'other')).to.throw(UserError, 'there is no other.conf');
  });
});
