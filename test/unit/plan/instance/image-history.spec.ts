import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { ImageSpec, Template } from '../../../../src/lib/model/desired.ts';
import type { ObservedContainer, ObservedImage } from '../../../../src/lib/model/observed-state.ts';
import type { RunOptions } from '../../../../src/lib/plan/context.ts';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import { planRun } from '../../../support/plans.ts';
import { containerOf, desired, facts, imageOf, observed, runOptions, spec } from '../../../support/specs.ts';

const web = spec('web', 'one');
const source = { kind: 'folder', directory: '/web', dockerfile: 'Dockerfile', buildArgs: {} } as const;
const image: ImageSpec = { reference: 'demo/web:latest', service: 'web', source, parents: [] };
const contents = ['a', 'b', 'c', 'd'].map((digit) => `sha256:${digit.repeat(64)}`);

function running(
  labels: Readonly<Record<string, string>> = {},
  change: Partial<ObservedContainer> = {},
): ObservedContainer {
  const container = containerOf(web, change);
  return { ...container, labels: { ...container.labels, ...labels } };
}

function plan(
  container: ObservedContainer,
  options: Partial<RunOptions> = {},
  { images = [imageOf('web')], pin }: { readonly images?: readonly ObservedImage[]; readonly pin?: string } = {},
): Plan {
  const spec = pin === undefined ? image : { ...image, pin: { content: pin } };
  const state = observed({ images, containers: [container] });
  return planRun(desired([web], { images: [spec] }), state, facts, { ...runOptions, replace: 'always', ...options });
}

function labelsIn({ operations }: Plan): Readonly<Record<string, Template>> {
  const create = operations.find(({ kind }) => kind === 'create-container');
  return create?.kind === 'create-container' ? create.labels : {};
}

const before = (...names: readonly (string | undefined)[]): Readonly<Record<string, string>> => ({
  [label.imagesBefore]: names.join(','),
});

describe('the images that an instance ran before', () => {
  const other = { imageId: 'sha256:older' };

  it('are told by the label of the container that replaces it, the newest first and no more than three', () => {
    expect(labelsIn(plan(running({}, other)))[label.imagesBefore]).to.deep.equal([{ contentOf: 'sha256:older' }]);
    expect(labelsIn(plan(running(before(...contents), other)))[label.imagesBefore]).to.deep.equal([
      { contentOf: 'sha256:older' },
      ',',
      contents[0],
      ',',
      contents[1],
    ]);
  });

  it('stay the same where only something else than the image changes, or the other never ran', () => {
    expect(labelsIn(plan(running()))).not.to.have.property(label.imagesBefore);
    expect(labelsIn(plan(running(before(contents[0], contents[1]))))[label.imagesBefore]?.join('')).to.equal(
      `${contents[0] ?? ''},${contents[1] ?? ''}`,
    );
    const created = running(before(contents[0]), { ...other, state: 'created' });
    expect(labelsIn(plan(created))[label.imagesBefore]).to.deep.equal([contents[0]]);
  });

  it('are kept by a rollback without the one that it runs then, and with the one that it leaves', () => {
    const [older = '', oldest = ''] = contents;
    const images = [imageOf('web'), { id: 'sha256:b', references: [], labels: {}, created: 0, content: older }];
    const made = plan(running(before(older, oldest)), { rollsBack: true }, { images, pin: older });
    expect(made.verdicts.map(({ verdict, reason }) => [verdict, reason])).to.deep.equal([
      ['replace', 'back to image aaaaaaaaaaaa'],
    ]);
    expect(labelsIn(made)).to.deep.include({
      [label.imagesBefore]: [{ contentOf: 'sha256:web' }, ',', oldest],
      [label.rolledBack]: [{ contentOf: 'sha256:web' }],
    });
  });
});

describe('an instance that was rolled back', () => {
  const rolledBack = running({ [label.rolledBack]: contents[1] ?? '' }, { imageId: 'sha256:older' });

  it('is left by a run, which says so', () => {
    const { verdicts, operations } = plan(rolledBack, { replace: 'never' });
    expect(verdicts.map(({ verdict, reason }) => [verdict, reason])).to.deep.equal([
      ['differs', 'runs, but is rolled back from image bbbbbbbbbbbb'],
    ]);
    expect(operations.some(({ kind }) => kind === 'create-container')).to.equal(false);
  });

  it('is replaced when that is asked for, and is then not rolled back any more', () => {
    const made = plan(rolledBack, { replace: 'changed' });
    expect(made.verdicts.map(({ verdict }) => verdict)).to.deep.equal(['replace']);
    expect(labelsIn(made)).not.to.have.property(label.rolledBack);
  });

  it('is up to date when its image is the desired one again', () => {
    const same = running({ [label.rolledBack]: contents[1] ?? '' });
    expect(plan(same, { replace: 'never' }).verdicts.map(({ verdict }) => verdict)).to.deep.equal(['keep']);
  });
});
