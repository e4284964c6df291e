import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFormerData } from '../../../../src/lib/use-cases/facts/former-data.ts';
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
