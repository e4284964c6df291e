import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPolicies } from '../../../src/lib/policies/find-policies.ts';
import { closePolicies, loadPolicies, type LoadedPolicies } from '../../../src/lib/policies/load-policies.ts';
import { policyProgram } from '../../support/registrator-lab.ts';

describe('loading policies', () => {
  let directory: string;
  const opened: LoadedPolicies[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-load-'));
  });
  afterEach(async () => {
    for (const { policies } of opened.splice(0)) await closePolicies(policies);
    await rm(directory, { recursive: true });
  });

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  }
  async function load(bundled: readonly string[] = [], place: string | undefined = directory): Promise<LoadedPolicies> {
    const loaded = await loadPolicies({ bundled, place }, policyProgram);
    opened.push(loaded);
    return loaded;
  }
  const fine = 'export const container = () => null;';

  it('finds them in a folder or by a glob, without tests and declarations', async () => {
    await write({ 'b.mjs': fine, 'a.ts': fine, 'a.spec.ts': '', 'a.d.ts': '', 'b.json': '{}', README: '' });
    expect((await load()).policies.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    const { files, problems } = findPolicies(join(directory, '*.mjs'), []);
    expect([files.map(({ name }) => name), problems]).to.deep.equal([['b'], []]);
  });

  it('uses a file in place of a bundled policy of its name, and says so', async () => {
    await write({ 'skydns.mjs': fine });
    const { policies, notices } = await load(['skydns', 'paz']);
    expect(policies.map(({ name, origin }) => [name, origin])).to.deep.equal([
      ['paz', 'bundled'],
      ['skydns', join(directory, 'skydns.mjs')],
    ]);
    expect(notices[0]).to.contain('is used instead of the policy skydns that comes with dockerops');
  });

  it('refuses what cannot be a policy, all at once and with its place', async () => {
    const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
      'skydns.rb': ['', /Ruby cannot be loaded: docs\/porting-policies\.md/],
      'Upper.mjs': [fine, /"Upper" cannot be the name of a policy/],
      'twice.mjs': [fine, /twice/],
      'twice.ts': [fine, /the policy twice is in .*twice\.mjs, too/],
      'empty.mjs': ['', /does not export a function "container"/],
      'schema.mjs': [`${fine}\nexport const configSchema = { type: 'array' };`, /must have the type "object"/],
      'path.mjs': [`${fine}\nexport const configSchema = {};\nexport const etcdConfigPath = '/a';`, /no part such as/],
      'lonely.mjs': [`${fine}\nexport const etcdConfigPath = '/a/:b';`, /needs a configSchema beside it/],
    };
    await write(Object.fromEntries(Object.entries(cases).map(([name, [text]]) => [name, text])));
    const { policies, problems } = await load(['skydn']);
    expect(policies).to.deep.equal([]);
    const texts = problems.map(({ where = '', message }) => `${where}: ${message}`).join('\n');
    for (const [name, [, message]] of Object.entries(cases)) expect(texts, name).to.match(message);
    expect(texts).to.contain('schema.mjs:2: ').and.to.contain('path.mjs:3: ');
    expect(problems.find(({ where }) => where === '--policy')?.suggestion).to.equal('did you mean skydns?');
    expect(problems.find(({ where }) => where?.endsWith('.rb'))?.suggestion).to.contain('--policy skydns');
  });

  it('refuses a folder or a glob without a policy', async () => {
    for (const place of [directory, join(directory, '*.ts'), join(directory, 'none')])
      expect((await load([], place)).problems, place).to.have.length(1);
  });

  it('loads all that are bundled', async () => {
    const { policies, problems } = await load(['dockerops', 'paz', 'services', 'skydns'], '');
    expect(problems.length).to.equal(1);
    expect(policies).to.deep.equal([]);
    const all = await loadPolicies({ bundled: ['dockerops', 'paz', 'services', 'skydns'] }, policyProgram);
    opened.push(all);
    expect(all.problems).to.deep.equal([]);
    for (const { name, schema } of all.policies) expect(schema?.check({}), name).to.have.property('config');
    expect(all.policies.find(({ name }) => name === 'skydns')?.etcdConfigPath).to.equal(
      '/kontena/registrator/services/skydns/:service',
    );
  });
});
