import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { ImageSpec } from '../../../../src/lib/model/desired.ts';
import { planLock } from '../../../../src/lib/plan/images/plan-lock.ts';
import { planToText } from '../../../../src/lib/plan/plan-text.ts';

const owner = { kind: 'project', name: 'demo', path: '/demo', machine: 'm' } as const;
const base: ImageSpec = {
  reference: 'dockerops/dockerops-base:latest',
  service: 'dockerops-base',
  source: { kind: 'base', os: 'debian12' },
  inputHash: 'b1',
  parents: [],
};
const folder = (service: string, parents: readonly string[]): ImageSpec => ({
  reference: `demo/${service}:latest`,
  service,
  source: { kind: 'folder', directory: `/demo/${service}`, dockerfile: 'Dockerfile', buildArgs: {} },
  inputHash: `v2:${service}`,
  parents,
});
const box: ImageSpec = { reference: 'box:1', service: 'box', source: { kind: 'registry' }, parents: [] };
const images = [base, folder('web', [base.reference]), folder('api', ['demo/web:latest']), box];
const services = { web: 'demo/web:latest', api: 'demo/api:latest', box: 'box:1' };
const request = { file: '/demo/dockerops.lock', project: 'demo', conf: 'run.conf', services };
const options = { requested: Object.values(services), cache: true, only: 'stale' } as const;
const observed = (...made: readonly ImageSpec[]) =>
  made.map(({ reference, inputHash = '' }, index) => ({
    id: String(index),
    references: [reference],
    labels: { [label.sourceHash]: inputHash },
    created: 0,
  }));

describe('the plan of a lock', () => {
  it('writes the file when everything is built that was out of date', () => {
    const plan = planLock(owner, images, { images: observed(base, box) }, options, request);
    expect(planToText(plan).split('\n').slice(-5)).to.deep.equal([
      '[1] lock (one command at a time for project demo)',
      '[2] -> [1] build web (no image)',
      '[3] -> [2] build api (no image)',
      '[4] -> [2, 3] write lock (requested)',
      '[5] -> [4] unlock (one command at a time for project demo)',
    ]);
  });

  it('knows the base image of an image, over others of the project', () => {
    const { operations } = planLock(owner, images, { images: observed(...images) }, options, request);
    const write = operations.find(({ kind }) => kind === 'write-lock');
    const onBase = { os: 'debian12', reference: base.reference };
    expect(write).to.have.deep.property('images', {
      web: { reference: 'demo/web:latest', inputHash: 'v2:web', base: onBase },
      api: { reference: 'demo/api:latest', inputHash: 'v2:api', base: onBase },
      box: { reference: 'box:1' },
    });
  });
});
