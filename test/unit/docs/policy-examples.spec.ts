import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../../src/lib/daemons/registrator/configuration.ts';
import { closePolicies, loadPolicies, type LoadedPolicy } from '../../../src/lib/policies/load-policies.ts';
import { blocksOf } from '../../support/doc-blocks.ts';
import { inspectDocument } from '../../support/inspect-documents.ts';
import { policyProgram } from '../../support/registrator-lab.ts';

/** The container of the examples. */
const document = inspectDocument('web-1', '172.18.0.2', {
  env: ['SERVICE=shop'],
  labels: { app: 'shop' },
  ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
});
const host = { name: 'host-1', id: 'ABCD' };

describe('the policies of the guides', () => {
  let directory: string;
  let policies: readonly LoadedPolicy[];
  const blocks = ['registrator.md', 'porting-policies.md'].flatMap((page) => blocksOf(page));
  const examples = blocks.filter(({ kind }) => /^ts \S+\.ts$/.test(kind));

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-examples-'));
    for (const { kind, text } of examples) await writeFile(join(directory, kind.slice(3)), text);
    const loaded = await loadPolicies({ bundled: [], place: directory }, policyProgram);
    expect(loaded.problems).to.deep.equal([]);
    ({ policies } = loaded);
  });
  after(async () => {
    await closePolicies(policies);
    await rm(directory, { recursive: true });
  });

  function configOf(policy: LoadedPolicy): unknown {
    if (policy.schema === undefined) return undefined;
    const source = { name: 'shop', where: 'shop.json', text: '{}', parts: {} };
    return readConfiguration(policy, source).configuration?.config;
  }

  it('load, and answer what the guides show', async () => {
    expect(policies).to.have.length(4);
    for (const policy of policies) {
      const shown = blocks.find(({ kind }) => kind === `text ${policy.name}.ts`)?.text;
      const call = { document: JSON.stringify(document), host, config: configOf(policy), reserved: [] };
      const answered = await policy.worker.call(call);
      const keys = 'keys' in answered ? answered.keys : [[answered.fault.message, '']];
      expect(keys.map((entry) => entry.join(' ')).join('\n'), policy.name).to.equal(shown);
    }
  });
});
