import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { ObservedImage } from '../../../../src/lib/model/observed-state.ts';
import { pullsOf } from '../../../../src/lib/plan/images/images-only.ts';
import { planImages, type ImageOptions, type ImagePlan } from '../../../../src/lib/plan/images/plan-images.ts';
import type { ImageSpec } from '../../../../src/lib/model/desired.ts';

function folder(service: string, parents: readonly string[], inputHash = `v1:${service}`): ImageSpec {
  return {
    reference: `demo/${service}`,
    service,
    parents,
    inputHash,
    source: { kind: 'folder', directory: `/p/${service}`, dockerfile: 'Dockerfile', buildArgs: {} },
  };
}

function base(service: string, parents: readonly string[] = []): ImageSpec {
  return {
    reference: `dockerops/${service}`,
    service,
    parents,
    inputHash: `v1:${service}`,
    source: { kind: 'base', os: 'debian12' },
  };
}

function seen(reference: string, hash?: string): ObservedImage {
  return {
    id: `sha256:${reference}`,
    references: [`${reference}:latest`],
    labels: hash === undefined ? {} : { [label.sourceHash]: hash },
    created: 0,
  };
}

const redis: ImageSpec = { reference: 'redis:7', service: 'redis', parents: [], source: { kind: 'registry' } };
const project = [
  base('dockerops-common-debian12'),
  base('dockerops-base', ['dockerops/dockerops-common-debian12']),
  redis,
  folder('base', ['dockerops/dockerops-base']),
  folder('one', ['demo/base:latest']),
  folder('two', ['demo/base', 'busybox']),
];
const standing = [
  ...project.filter((image) => image !== redis).map((image) => seen(image.reference, image.inputHash)),
  { ...seen('redis'), references: ['redis:7'] },
];

function without(...references: string[]): ObservedImage[] {
  return standing.filter((image) => !references.some((reference) => image.id === `sha256:${reference}`));
}

function plan(observed: readonly ObservedImage[], options: Partial<ImageOptions> = {}): ImagePlan {
  return planImages(project, observed, { cache: true, only: 'stale', ...options });
}

function operationsText({ operations }: ImagePlan): string {
  return operations
    .map(({ id, cause, needs }) => `${id} (${cause})${needs.map((need) => ` <- ${need}`).join('')}`)
    .join('\n');
}

function verdictsText({ verdicts }: ImagePlan): string {
  return verdicts.map(({ key, verdict, reason }) => `${verdict} ${key}: ${reason}`).join('\n');
}

describe('the plan of images', () => {
  it('is empty when every image carries the hash of its source', () => {
    expect(operationsText(plan(standing))).to.equal('');
    expect(verdictsText(plan(standing, { requested: ['demo/one', 'redis:7'] }))).to.equal(
      'keep redis:7: present\nkeep demo/one: source unchanged',
    );
  });

  it('makes everything from nothing, parents first, the base images in one operation', () => {
    expect(operationsText(plan([]))).to.equal(
      [
        'make base images debian12 (no image)',
        'pull redis:7 (no image)',
        'build base (no image) <- make base images debian12',
        'build one (no image) <- build base',
        'build two (no image) <- build base',
      ].join('\n'),
    );
    expect(plan([]).operations[0]).to.deep.include({
      kind: 'make-base-images',
      references: ['dockerops/dockerops-common-debian12', 'dockerops/dockerops-base'],
    });
  });

  it('names the rebuilt parent as the cause for what is built on it', () => {
    const observed = [
      ...without('demo/base', 'demo/one', 'demo/two'),
      seen('demo/base', 'v1:old'),
      seen('demo/one', 'v1:old'),
      seen('demo/two', 'v1:old'),
    ];
    expect(operationsText(plan(observed))).to.equal(
      [
        'build base (source changed)',
        'build one (parent base is rebuilt) <- build base',
        'build two (parent base is rebuilt) <- build base',
      ].join('\n'),
    );
  });

  it('builds a missing parent without touching children that hold its hash already', () => {
    expect(operationsText(plan(without('demo/base')))).to.equal('build base (no image)');
  });

  it('leaves base images alone that only unasked images stand on', () => {
    expect(operationsText(plan(without('dockerops/dockerops-base'), { requested: ['demo/one'] }))).to.equal('');
  });

  it('says what is older than its source and leaves it, when only missing images are asked for', () => {
    const observed = [...without('demo/one'), seen('demo/one', 'v1:old')];
    const result = plan(observed, { only: 'missing', requested: ['demo/one'] });
    expect(operationsText(result)).to.equal('');
    expect(verdictsText(result)).to.equal('differs demo/one: source changed');
    expect(result.verdicts[0]?.differences).to.deep.equal([{ field: 'source', from: 'v1:old', to: 'v1:one' }]);
  });

  it('never builds on a parent that is older than its source', () => {
    const observed = [...without('demo/base', 'demo/one'), seen('demo/base', 'v1:old')];
    expect(operationsText(plan(observed, { only: 'missing', requested: ['demo/one'] }))).to.equal(
      'build base (source changed)\nbuild one (no image) <- build base',
    );
  });

  it('rebuilds what is asked for without the cache, and nothing else', () => {
    const result = plan(standing, { cache: false, requested: ['demo/base'] });
    expect(operationsText(result)).to.equal('build base (requested)');
    expect(result.operations[0]).to.include({ kind: 'build-image', cache: false });
  });

  it('rebuilds no base image and pulls nothing again when all is asked for without the cache', () => {
    expect(operationsText(plan(standing, { cache: false }))).to.equal(
      'build base (requested)\nbuild one (requested) <- build base\nbuild two (requested) <- build base',
    );
    expect(operationsText(plan(standing, { cache: false, requested: ['dockerops/dockerops-base'] }))).to.equal(
      'make base images debian12 (requested)',
    );
  });

  it('replaces an image of the same name that dockerops did not build', () => {
    expect(operationsText(plan([...without('demo/two'), seen('demo/two')]))).to.equal(
      'build two (not built by dockerops)',
    );
  });

  it('chooses the id of an image that stands, and the reference of one that is made', () => {
    const result = plan(without('demo/one'));
    expect(result.choice('demo/two')).to.deep.equal({ id: 'sha256:demo/two' });
    expect(result.choice('demo/one:latest')).to.deep.equal({ reference: 'demo/one:latest' });
    expect(result.choice('nowhere')).to.deep.equal({ reference: 'nowhere' });
    expect(result.makerOf('demo/one')).to.equal('build one');
    expect(result.makerOf('demo/two')).to.equal(undefined);
  });

  it('pulls an image again that is for another platform than the one wanted', () => {
    const images: readonly ImageSpec[] = [{ ...redis, source: { kind: 'registry', platform: 'linux/arm64/v8' } }];
    const causes = (platform: string): readonly string[] =>
      planImages(images, [{ ...seen('redis'), references: ['redis:7'], platform }], {
        cache: true,
        only: 'missing',
      }).operations.map(({ cause }) => cause);
    expect(causes('linux/amd64')).to.deep.equal(['it is for linux/amd64']);
    expect(causes('linux/arm64')).to.deep.equal([]);
  });

  it('pulls what a build stands on before it, and all pulls are a plan of their own', () => {
    const outside: ImageSpec = {
      reference: 'registry.example/base:1',
      service: 'base',
      parents: [],
      source: { kind: 'registry' },
    };
    const owner = { kind: 'project', name: 'demo', path: '/p', machine: 'm' } as const;
    const { operations, verdicts } = planImages([outside, folder('one', ['registry.example/base:1'])], [], {
      cache: true,
      only: 'missing',
      requested: ['demo/one'],
    });
    expect(operations.map(({ id, needs }) => `${id} <- ${needs.join()}`)).to.deep.equal([
      'pull registry.example/base:1 <- ',
      'build one <- pull registry.example/base:1',
    ]);
    const pulls = pullsOf({ owner, operations, verdicts, blockers: [], warnings: [] });
    expect(pulls?.operations.map(({ id }) => id))
      .to.include('pull registry.example/base:1')
      .and.to.not.include('build one');
    expect(pullsOf({ owner, operations: [], verdicts, blockers: [], warnings: [] })).to.equal(undefined);
  });
});
