import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { Owner } from '../../../../src/lib/model/desired.ts';
import type { ObservedContainer, ObservedImage } from '../../../../src/lib/model/observed-state.ts';
import { oldImages, planCleanImages } from '../../../../src/lib/plan/images/plan-clean-images.ts';
import { ownerLabels } from '../../../../src/lib/plan/ownership.ts';
import { containerOf, project, spec } from '../../../support/specs.ts';

const contentOf = (id: string): string => `sha256:${id.padEnd(64, '0')}`;

function image(
  id: string,
  created: number,
  change: Partial<ObservedImage> = {},
  owner: Owner = project,
): ObservedImage {
  return {
    id,
    references: [`demo/web:h-${id}`],
    labels: { ...ownerLabels(owner), [label.service]: 'web' },
    created,
    content: contentOf(id),
    ...change,
  };
}

const five = [1, 2, 3, 4, 5].map((age) => image(`a${String(age)}`, age));

function removed(
  images: readonly ObservedImage[],
  { keep = 3, service, containers = [], locked = [] }: Options = {},
): readonly string[] {
  const request = { keep, ...(service === undefined ? {} : { service }) };
  const old = oldImages(project, { images, containers }, request);
  const { operations } = planCleanImages(project, old, { containers }, { ...request, locked: new Set(locked) });
  return operations.flatMap((operation) => (operation.kind === 'remove-image' ? [operation.image] : []));
}

interface Options {
  readonly keep?: number;
  readonly service?: string;
  readonly containers?: readonly ObservedContainer[];
  readonly locked?: readonly string[];
}

describe('removing images', () => {
  it('keeps the newest of each service', () => {
    const api = five.map((each) => ({
      ...each,
      id: `b${each.id}`,
      labels: { ...each.labels, [label.service]: 'api' },
    }));
    expect(removed([...five, ...api])).to.deep.equal(['ba2', 'ba1', 'a2', 'a1']);
    expect(removed([...five, ...api], { service: 'web', keep: 4 })).to.deep.equal(['a1']);
    expect(removed(five, { keep: 0 })).to.have.length(5);
  });

  it('takes the one that has the name of the service for the newest', () => {
    const current = image('a0', 0, { references: ['demo/web:latest'] });
    expect(removed([current, ...five], { keep: 1 })).to.deep.equal(['a5', 'a4', 'a3', 'a2', 'a1']);
  });

  it('leaves what a container of anybody has, running or not', () => {
    const container = containerOf(spec('other', 'one'), { imageId: 'a1', state: 'exited' });
    expect(removed(five, { containers: [container] })).to.deep.equal(['a2']);
  });

  it('leaves what a lock or the label of an instance names, and what may be that', () => {
    expect(removed(five, { locked: [contentOf('a1')] })).to.deep.equal(['a2']);
    const container = containerOf(spec('web', 'one'), { imageId: 'a5' });
    const labels = { ...container.labels, [label.imagesBefore]: `${contentOf('a2')},${contentOf('x')}` };
    expect(removed(five, { containers: [{ ...container, labels }] })).to.deep.equal(['a1']);
    const { content: _, ...unknown } = image('a1', 1);
    expect(removed([...five.slice(1), unknown])).to.deep.equal(['a2']);
  });

  it('is of this project alone, and of what it has built', () => {
    const other: Owner = { kind: 'project', name: 'blog', path: '/blog', machine: 'm1' };
    const theirs = five.map(({ id, created }) => image(id, created, {}, other));
    const pulled = five.map((each) => ({ ...each, labels: {} }));
    expect(removed([...theirs, ...pulled], { keep: 0 })).to.deep.equal([]);
  });
});
