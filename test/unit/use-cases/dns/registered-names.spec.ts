import { expect } from 'chai';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { EngineError, NotFound } from '../../../../src/lib/errors.ts';
import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import type { ObservedContainer } from '../../../../src/lib/model/observed-state.ts';
import { findUnregistered } from '../../../../src/lib/use-cases/dns/registered-names.ts';
import { containerOf, project, spec } from '../../../support/specs.ts';

const dns = containerOf(spec('dockerops-dns', 'one'));
const client = (instance: string, change: Partial<InstanceSpec> = {}, seen: Partial<ObservedContainer> = {}) =>
  containerOf(spec('web', instance, { lease: 'client', ...change }), seen);
const variable = (name: string, value: string): Pick<InstanceSpec, 'environment'> => ({
  environment: [{ name, value: [value], secret: false }],
});

/** Names of those that are found. The file of the DNS has `registered`; undefined: there is none. */
async function lostOf(registered: string | undefined, ...containers: readonly ObservedContainer[]): Promise<string[]> {
  const reads: string[] = [];
  const engine = {
    readArchive: async (id: string, path: string): Promise<Readable> => {
      reads.push(`${id} ${path}`);
      if (registered === undefined) throw new NotFound('no such file', { code: 'NOT_FOUND' });
      const archive = pack();
      archive.entry({ name: 'registered' }, registered);
      archive.finalize();
      return Readable.from(archive);
    },
  };
  const found = await findUnregistered(engine, containers, project);
  expect(reads.length, reads.join()).to.be.lessThan(2);
  for (const read of reads) expect(read).to.equal(`${dns.id} /var/lib/dockerops-dns/registered`);
  return [...found];
}

describe('an instance whose client holds no lease', () => {
  it('is one that runs and is not in the list of the DNS', async () => {
    expect(await lostOf('web-one\n', dns, client('one'), client('two'))).to.deep.equal(['demo-web-two']);
  });

  it('is none that has no client, hides, starts, does not run, or asks another DNS', async () => {
    const far = { ...variable('DNS_SERVICE_IP', '192.0.2.9') };
    expect(
      await lostOf(
        '',
        dns,
        client('one', { lease: 'dockerops' }),
        client('two', variable('DNS_UPDATE_POLICY', 'HIDE')),
        client('three', {}, { health: 'starting' }),
        client('four', {}, { state: 'exited' }),
        client('five', far),
        containerOf(spec('web', 'six', { lease: 'client' }), {}, { ...project, name: 'other' }),
      ),
    ).to.deep.equal([]);
  });

  it('is not looked for without a DNS, nor known while that does not say', async () => {
    expect(await lostOf('', client('one'))).to.deep.equal([]);
    expect(await lostOf(undefined, dns, client('one'))).to.deep.equal([]);
    const broken = { readArchive: () => Promise.reject(new EngineError('no', { code: 'BROKEN' })) };
    expect(await findUnregistered(broken, [dns, client('one')], project)).to.deep.equal(new Set());
  });
});
