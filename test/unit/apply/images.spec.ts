import type { Readable } from 'node:stream';
import { expect } from 'chai';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import { makeBaseImages, removeImage } from '../../../src/lib/apply/images.ts';
import { writeDockerArchive } from '../../../src/lib/engine/archive/docker-archive.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import type { OperationOf } from '../../../src/lib/plan/operation.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { plainContainer } from '../../support/plain-container.ts';

const base = 'dockerops/dockerops-base';
const tags = [`${base}-debian12:latest`, `${base}:latest`];
const operation: OperationOf<'make-base-images'> = {
  id: 'base',
  subject: 'base',
  cause: '',
  needs: [],
  kind: 'make-base-images',
  os: 'debian12',
  references: [base],
  cache: true,
};
const labels = { 'dockerops.base': 'debian12' };

const archive = (content: string): Readable =>
  writeDockerArchive(
    [{ tags, layers: [], architecture: 'amd64', created: new Date(0), config: { Labels: { ...labels, content } } }],
    new Date(0),
  );

async function make(engine: FakeEngine, content: string): Promise<void> {
  const context = {
    engine,
    observed: await observe(engine),
    progress: () => {},
    signal: new AbortController().signal,
    images: {
      makeBaseArchive: async () => archive(content),
      changeDockerfile: () => (text: string) => text,
      tags: () => ({ tags: [], labels: {} }),
    },
  };
  await makeBaseImages(operation, { context: context as unknown as ApplyContext });
}

const ids = (engine: FakeEngine): readonly string[] => [...engine.images.keys()];

describe('making base images', () => {
  let engine: FakeEngine;
  let first: string;
  beforeEach(async () => {
    engine = new FakeEngine();
    await make(engine, 'first');
    first = ids(engine)[0] ?? '';
  });

  it('removes those that have lost their names to the new ones', async () => {
    await make(engine, 'second');
    expect(ids(engine)).to.have.length(1).and.not.include(first);
  });

  it('keeps the same ones when they come out the same', async () => {
    await make(engine, 'first');
    expect(ids(engine)).to.deep.equal([first]);
  });

  it('keeps one that a container is made from, or that somebody gave another name', async () => {
    await engine.createContainer('demo-one', plainContainer(first));
    await make(engine, 'second');
    const [, second = ''] = ids(engine);
    engine.tagImage(second, 'mine:1');
    await make(engine, 'third');
    expect(ids(engine)).to.have.length(3).and.include.members([first, second]);
    // A real engine would take the other name away with the image.
    expect(engine.calls.filter(({ method }) => method === 'removeImage')).to.have.length(1);
  });

  it('leaves alone what has none of the names or is no base image', async () => {
    const others = [
      engine.addImage('dockerops/dockerops-dns:latest', labels),
      engine.addImage('demo/demo:latest', labels),
    ];
    await make(engine, 'second');
    expect(ids(engine)).to.include.members(others);
    const foreign = new FakeEngine();
    const image = foreign.addImage(`${base}:latest`);
    await make(foreign, 'first');
    expect(ids(foreign)).to.include(image);
  });

  it('fails when the engine does not remove it for another reason than that it is used', async () => {
    engine.removeImage = async () => {
      throw new EngineError('disk', { code: 'ENGINE' });
    };
    expect(await make(engine, 'second').catch((error: unknown) => error)).to.be.instanceOf(EngineError);
  });
});

describe('removing an image', () => {
  const remove = (engine: FakeEngine, image: string, ...references: string[]): Promise<string | undefined> => {
    const common = { id: 'remove', subject: 'web', cause: '', needs: [], kind: 'remove-image' } as const;
    return removeImage({ ...common, image, references }, { context: { engine } as unknown as ApplyContext });
  };

  it('takes all its names, and is done where it is gone', async () => {
    const engine = new FakeEngine();
    const image = engine.addImage('demo/web:1');
    engine.tagImage(image, 'demo/web:2');
    expect(await remove(engine, image, 'demo/web:1', 'demo/web:2')).to.equal(undefined);
    expect(ids(engine)).to.deep.equal([]);
    expect(await remove(engine, image, 'demo/web:1')).to.equal(undefined);
  });

  it('is no removal of an image that has got its name, nor of one that has got another', async () => {
    const engine = new FakeEngine();
    const image = engine.addImage('demo/web:1');
    const other = engine.addImage('demo/web:1');
    expect(await remove(engine, image, 'demo/web:1')).to.equal(undefined);
    expect(ids(engine)).to.deep.equal([other]);
    engine.tagImage(other, 'mine:1');
    expect(await remove(engine, other, 'demo/web:1')).to.equal('kept: it has another name by now');
    expect(ids(engine)).to.deep.equal([other]);
  });

  it('leaves one that a container has by then', async () => {
    const engine = new FakeEngine();
    const image = engine.addImage('demo/web:1');
    await engine.createContainer('demo-web', plainContainer(image));
    expect(await remove(engine, image, 'demo/web:1')).to.equal('kept: it is in use');
    expect(ids(engine)).to.deep.equal([image]);
  });
});
