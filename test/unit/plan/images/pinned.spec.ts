import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { ImagePin, ImageSpec } from '../../../../src/lib/model/desired.ts';
import type { ObservedImage } from '../../../../src/lib/model/observed-state.ts';
import { planImages, type ImagePlan } from '../../../../src/lib/plan/images/plan-images.ts';

const wanted = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const pin: ImagePin = {
  content: wanted,
  platform: 'linux/amd64',
  reference: 'demo/web:latest',
  inputHash: '1',
};
const web: ImageSpec = {
  reference: 'demo/web:latest',
  service: 'web',
  parents: ['box:1'],
  inputHash: '1',
  source: { kind: 'folder', directory: '/web', dockerfile: 'Dockerfile', buildArgs: {} },
};
const box: ImageSpec = { reference: 'box:1', service: 'box', parents: [], source: { kind: 'registry' } };
const image = (
  id: string,
  content: string | undefined,
  references: readonly string[] = [],
  hash = '1',
): ObservedImage => ({
  id,
  references,
  labels: { [label.sourceHash]: hash },
  created: 0,
  ...(content === undefined ? {} : { content }),
});

function plan(
  observed: readonly ObservedImage[],
  spec: ImageSpec = { ...web, pin },
  platform = 'linux/amd64',
): ImagePlan {
  return planImages([box, spec], observed, { requested: [spec.reference], cache: true, only: 'stale', platform });
}
const messages = (made: ImagePlan): readonly string[] => made.blockers.map(({ message }) => message);

describe('an image that is pinned to a content', () => {
  it('is used as it is, whatever its source and its parents say', () => {
    const made = plan([image('i1', wanted, ['demo/web:latest'], 'another')]);
    expect(made).to.deep.include({ operations: [], blockers: [] });
    expect(made.choice('demo/web')).to.deep.equal({ id: 'i1' });
  });

  it('is found also where its name has moved to another image', () => {
    const made = plan([image('i2', other, ['demo/web:latest']), image('i1', wanted)]);
    expect(made.blockers).to.deep.equal([]);
    expect(made.choice('demo/web')).to.deep.equal({ id: 'i1' });
  });

  it('is neither built nor pulled where it is not, and blocks the plan with what is wanted and what is there', () => {
    expect(plan([])).to.have.deep.property('operations', []);
    expect(messages(plan([]))).to.deep.equal([
      'web is locked to image aaaaaaaaaaaa, and there is no demo/web:latest here: not on this engine',
    ]);
    expect(messages(plan([image('i2', other, ['demo/web:latest'])]))).to.deep.equal([
      'web is locked to image aaaaaaaaaaaa, and demo/web:latest is bbbbbbbbbbbb here: not on this engine',
    ]);
    expect(messages(plan([image('i2', other, ['demo/web:latest'], '2')]))).to.deep.equal([
      'web is locked to image aaaaaaaaaaaa, and demo/web:latest is bbbbbbbbbbbb here: source changed since the lock',
    ]);
    expect(messages(plan([], { ...web, inputHash: '2', pin }))[0]).to.match(/source changed since the lock$/);
    expect(plan([]).verdicts.map(({ verdict }) => verdict)).to.deep.equal(['conflict']);
  });

  it('is not taken for one whose content cannot be read', () => {
    const made = plan([image('i2', undefined, ['demo/web:latest'])]);
    expect(messages(made)).to.deep.equal([
      'web is locked to image aaaaaaaaaaaa, and what demo/web:latest is made of cannot be read here: ' +
        'not on this engine',
    ]);
    expect(made.choice('demo/web')).to.deep.equal({ reference: 'demo/web' });
  });

  it('is refused for another platform than that of the engine', () => {
    const observed = [image('i1', wanted, ['demo/web:latest'])];
    expect(messages(plan(observed, { ...web, pin: { ...pin, platform: 'linux/arm64' } }))).to.deep.equal([
      'the lock has an image of web for linux/arm64, and this engine is linux/amd64',
    ]);
  });

  it('is refused where the lock has none, or has one of another name in a registry', () => {
    expect(messages(plan([], { ...web, pin: {} }))).to.deep.equal(['the lock has no image of web']);
    const observed = [image('i1', wanted, ['box:2'])];
    expect(messages(plan(observed, { ...box, pin: { ...pin, reference: 'box:2' } }))).to.deep.equal([
      'box is locked to box:2, and its entry names box:1: source changed since the lock',
    ]);
  });
});
