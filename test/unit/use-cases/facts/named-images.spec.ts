import { expect } from 'chai';
import { mergeImages, NamedImages } from '../../../../src/lib/use-cases/facts/named-images.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

describe('images by name', () => {
  it('asks once for each image, whatever its spelling', async () => {
    const engine = new FakeEngine();
    engine.addImage('demo/web:latest');
    const named = new NamedImages(engine);
    named.begin(['demo/web', 'demo/gone']);
    const found = await named.find(['docker.io/demo/web:latest', 'demo/web', 'demo/gone']);
    expect(found.map(({ references }) => references)).to.deep.equal([['demo/web:latest']]);
    expect(engine.calls).to.deep.equal([
      { method: 'findImage', subject: 'demo/web:latest' },
      { method: 'findImage', subject: 'demo/gone:latest' },
    ]);
  });

  it('rejects when it is asked for what could not be read early', async () => {
    const engine = new FakeEngine();
    engine.failNext('findImage', 1, new Error('no answer'));
    const named = new NamedImages(engine);
    named.begin(['demo/web']);
    const error = await named.find(['demo/web']).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'no answer');
  });

  it('has at most eight requests at once', async () => {
    let open = 0;
    let most = 0;
    const named = new NamedImages({
      findImage: async () => {
        most = Math.max(most, (open += 1));
        await new Promise(setImmediate);
        open -= 1;
        return undefined;
      },
    });
    await named.find(Array.from({ length: 30 }, (_, index) => `demo/s${String(index)}`));
    expect(most).to.equal(8);
  });

  it('gives an image with several names once, with all of them', () => {
    const image = { id: 'sha256:1', labels: {}, created: 0 };
    const merged = mergeImages([
      { ...image, references: ['demo/a:latest'], exposed: ['80/tcp'] },
      { ...image, references: ['demo/b:latest'] },
    ]);
    expect(merged).to.deep.equal([{ ...image, references: ['demo/a:latest', 'demo/b:latest'], exposed: ['80/tcp'] }]);
  });
});
