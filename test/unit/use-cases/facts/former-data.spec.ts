import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withAbandonedData, withFormerData } from '../../../../src/lib/use-cases/facts/former-data.ts';
import { facts, spec } from '../../../support/specs.ts';

describe('data of later versions of DockerOps', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-former-'));
    for (const path of ['web-one/data', 'web-one/log', 'web_one/log', 'shared'])
      mkdirSync(join(directory, path), { recursive: true });
  });
  after(() => rmSync(directory, { recursive: true }));

  const instances = () =>
    ['one', 'two'].map((instance) =>
      spec('web', instance, {
        mounts: [
          { kind: 'data', directory: join(directory, `web_${instance}`, 'data'), target: '/data' },
          { kind: 'data', directory: join(directory, `web_${instance}`, 'log'), target: '/var/log' },
          { kind: 'data', directory: join(directory, 'shared'), target: '/shared', shared: true },
        ],
      }),
    );

  it('is found where the folder to use does not exist yet', () => {
    const local = { ...facts, local: true };
    expect(withFormerData(local, instances()).formerData).to.deep.equal({
      [join(directory, 'web_one', 'data')]: join(directory, 'web-one', 'data'),
    });
    expect(withFormerData(local, [])).to.equal(local);
  });

  it('is not looked for on another host', () => {
    expect(withFormerData({ ...facts, local: false }, instances()).formerData).to.equal(undefined);
  });
});

describe('data of a service that is gone', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-former-'));
    for (const path of ['old_main/data', 'old_two/data', 'kept_main/data', 'empty_main/data'])
      mkdirSync(join(directory, path), { recursive: true });
    for (const path of ['old_main', 'old_two', 'kept_main']) writeFileSync(join(directory, path, 'data', 'x'), '');
  });
  after(() => rmSync(directory, { recursive: true }));

  it('is found for an instance of that name, which has no folder yet', () => {
    const folder = join(directory, 'web_main', 'data');
    const instances = [spec('web', 'main', { mounts: [{ kind: 'data', directory: folder, target: '/data' }] })];
    const services = new Set(['web', 'kept']);
    expect(withAbandonedData({ ...facts, local: true }, instances, services).abandonedData).to.deep.equal({
      [folder]: [join(directory, 'old_main', 'data')],
    });
    expect(withAbandonedData({ ...facts, local: false }, instances, services).abandonedData).to.equal(undefined);
    mkdirSync(folder, { recursive: true });
    expect(withAbandonedData({ ...facts, local: true }, instances, services).abandonedData).to.equal(undefined);
  });
});
