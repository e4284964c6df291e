import { expect } from 'chai';
import { labelsOf, tagsOf } from '../../../../src/lib/plan/images/image-labels.ts';
import type { ImageSpec } from '../../../../src/lib/model/desired.ts';

const image: ImageSpec = {
  reference: 'demo/one',
  service: 'one',
  parents: [],
  inputHash: 'v1:0123456789abcdef0123',
  source: { kind: 'folder', directory: '/p', dockerfile: 'Dockerfile', buildArgs: {} },
};

describe('tags and labels of a built image', () => {
  it('name it by its reference and by its hash', () => {
    expect(tagsOf(image)).to.deep.equal(['demo/one:latest', 'demo/one:h-0123456789ab']);
    expect(tagsOf({ ...image, reference: 'host:5000/demo/one:2' })).to.deep.equal([
      'host:5000/demo/one:2',
      'host:5000/demo/one:h-0123456789ab',
    ]);
  });

  it('prove the owner and tell the source', () => {
    expect(labelsOf(image, { kind: 'project', name: 'demo', path: '/p', machine: 'm1' })).to.deep.equal({
      'dockerops.project': 'demo',
      'dockerops.path': '/p',
      'dockerops.machine': 'm1',
      'dockerops.service': 'one',
      'dockerops.source_hash': 'v1:0123456789abcdef0123',
    });
    expect(labelsOf(image, { kind: 'server', name: 's' }))
      .to.include({ 'dockerops.server': 's' })
      .and.not.have.property('dockerops.project');
  });
});
