import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigurationFiles } from '../../../../src/lib/daemons/registrator/configuration-files.ts';
import { configurationKeys } from '../../../../src/lib/daemons/registrator/configuration-keys.ts';
import { Configurations } from '../../../../src/lib/daemons/registrator/configurations.ts';
import type { ConfigurationText } from '../../../../src/lib/daemons/registrator/configuration.ts';
import { ConfigSchema } from '../../../../src/lib/policies/config-schema.ts';
import type { LoadedPolicy } from '../../../../src/lib/policies/load-policies.ts';

const schema = ConfigSchema.of({
  type: 'object',
  properties: {
    domain: { type: 'string', default: 'local' },
    ratio: { type: 'number' },
    network: { type: ['string', 'null'], default: 'bridge' },
  },
});
const policy = { name: 'dns', origin: 'dns.ts', schema } as unknown as LoadedPolicy;
const text = (content: string, name = 'one'): ConfigurationText => ({
  name,
  where: `${name}.json`,
  text: content,
  parts: {},
});

describe('the configurations of policies', () => {
  let configurations: Configurations;
  beforeEach(() => {
    configurations = new Configurations([policy]);
  });
  const configs = (): readonly unknown[] => configurations.runs.map(({ config }) => config);

  it('have defaults, the parts of their path, and their name', () => {
    configurations.set(policy, { texts: [{ ...text('{"ratio": 1.0, "network": null}'), parts: { zone: 'z' } }] });
    expect(configs()).to.deep.equal([{ domain: 'local', ratio: 1, network: null, zone: 'z', service: 'one' }]);
    expect(configurations.errors).to.deep.equal([]);
  });

  it('that are wrong stay as they were, with line and column, and leave others running', () => {
    configurations.set(policy, { texts: [text('{"domain": "a"}'), text('{}', 'two')] });
    const before = configurations.runs;
    configurations.set(policy, { texts: [text('{\n "domain": 5}'), text('{"ratio": "x"', 'new'), text('{}', 'two')] });
    expect(configurations.runs).to.deep.equal(before);
    expect(configurations.errors.map(({ configuration, problem }) => [configuration, problem.where])).to.deep.equal([
      ['one', 'one.json:2:2'],
      ['new', 'new.json:1:14'],
    ]);
    configurations.set(policy, { texts: [text('{}', 'two')] });
    expect(configurations.runs.map(({ configuration }) => configuration)).to.deep.equal(['two']);
    expect(configurations.errors).to.deep.equal([]);
  });

  it('are the same object when nothing in them has changed', () => {
    configurations.set(policy, { texts: [text('{"domain": "a"}')] });
    const [before] = configs();
    configurations.set(policy, { texts: [text('{ "domain" : "a" }')] });
    expect(configs()[0]).to.equal(before);
  });

  it('with members that the schema does not know are used without them', () => {
    configurations.set(policy, { texts: [text('{"domane": "a"}')] });
    expect(configs()).to.deep.equal([{ domain: 'local', network: 'bridge', service: 'one' }]);
    expect(configurations.notices).to.deep.equal([
      'one.json:1:2: the policy dns has no setting "domane", which is ignored',
    ]);
  });

  it('that are missing are a notice, once one knows that there is none', () => {
    expect(configurations.notices).to.deep.equal([]);
    expect(configurations.isComplete).to.equal(false);
    configurations.set(policy, { texts: [] });
    expect(configurations.isComplete).to.equal(true);
    expect(configurations.notices[0]).to.contain('the policy dns has no configuration and does nothing');
  });

  it('of a policy without a schema are none: it runs once', () => {
    const { schema: _, ...plain } = policy;
    const runs = new Configurations([plain]).runs;
    expect(runs).to.deep.equal([{ policy: plain, configuration: '' }]);
  });

  it('stay when policies are loaded again, until they are read', () => {
    configurations.set(policy, { texts: [text('{}')] });
    const again = { ...policy };
    const next = new Configurations([again], configurations.runs);
    expect(next.runs.map(({ policy: each, configuration }) => [each === again, configuration])).to.deep.equal([
      [true, 'one'],
    ]);
  });
});

describe('configurations in files', () => {
  it('are flat and in folders; those of policies that are not loaded are a notice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dops-test-configurations-'));
    try {
      await mkdir(join(folder, 'dns'));
      for (const name of ['dns.json', 'dns/kontena-local.json', 'dns/dns.json', 'other.json', 'README'])
        await writeFile(join(folder, name), '{}');
      const { texts, problems, notices } = readConfigurationFiles(folder, [policy]);
      expect(texts.get('dns')?.map(({ name }) => name)).to.deep.equal(['dns', 'kontena-local']);
      expect(problems.get('dns')?.[0]?.message).to.contain('the configuration dns is in');
      expect(notices).to.deep.equal([`${join(folder, 'other.json')}: there is no policy other; the file is ignored`]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('configurations in keys', () => {
  const entry = (key: string): { key: string; value: string; created: bigint; modified: bigint } => ({
    key,
    value: '{}',
    created: 1n,
    modified: 1n,
  });

  it('are named by all parts of their path', () => {
    const keys = configurationKeys('/c/:zone/x/:service', [entry('/c/z/x/one'), entry('/c/z/y/one'), entry('/c/z')]);
    expect(keys.texts).to.deep.equal([
      { name: 'z/one', where: '/c/z/x/one', text: '{}', parts: { zone: 'z', service: 'one' } },
    ]);
    expect(keys.notices).to.have.length(2);
    expect(configurationKeys('/c/:a/:b', [entry('/c/1/2')]).texts[0]?.name).to.equal('1/2');
  });

  it('stay apart when only another part than :service differs', () => {
    const configurations = new Configurations([policy]);
    const entries = [entry('/c/prod/web'), entry('/c/dev/web')];
    configurations.set(policy, configurationKeys('/c/:stage/:service', entries));
    expect(configurations.runs.map(({ configuration, config }) => [configuration, config])).to.deep.equal([
      ['prod/web', { domain: 'local', network: 'bridge', stage: 'prod', service: 'web' }],
      ['dev/web', { domain: 'local', network: 'bridge', stage: 'dev', service: 'web' }],
    ]);
  });
});
