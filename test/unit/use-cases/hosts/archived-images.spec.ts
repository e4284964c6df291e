import { expect } from 'chai';
import { buffer } from 'node:stream/consumers';
import { readArchivedLayers } from '../../../../src/lib/engine/archive/thin-archive.ts';
import { ArchivedImages } from '../../../../src/lib/use-cases/hosts/archived-images.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { fileLayer, layeredArchive } from '../../../support/real-engine.ts';

const reference = 'demo/web:latest';

describe('archived images', () => {
  let engine: FakeEngine;
  let ids: readonly string[];
  let contents: readonly Buffer[];
  beforeEach(async () => {
    engine = new FakeEngine();
    contents = await Promise.all(['base', 'mine'].map((name) => fileLayer(name, name.repeat(1000))));
    await engine.loadImages(layeredArchive(reference, contents, { by: 'test' }), () => {});
    ids = (await engine.findImage(reference))?.layers ?? [];
  });
  const saved = (): number => engine.calls.filter(({ method }) => method === 'saveImages').length;

  it('tell the size of each layer', async () => {
    const bytes = await new ArchivedImages(engine).layerBytes(reference);
    expect([...bytes]).to.deep.equal(ids.map((id, index) => [id, contents[index]?.length]));
  });

  it('read an archive once for what is in it, whoever asks', async () => {
    const images = new ArchivedImages(engine);
    await Promise.all([images.layerBytes(reference), images.layerBytes(reference)]);
    expect(saved()).to.equal(1);
    await buffer(await images.archive(reference, ids.slice(0, 1)));
    await buffer(await images.archive(reference, ids.slice(0, 1)));
    expect(saved()).to.equal(3);
  });

  it('leave out layers, and only those', async () => {
    const images = new ArchivedImages(engine);
    const whole = await readArchivedLayers(await images.archive(reference, []));
    expect([...whole.values()].map(({ id }) => id)).to.deep.equal(ids);
    const thin = await readArchivedLayers(await images.archive(reference, ids.slice(0, 1)));
    expect([...thin.values()].map(({ bytes }) => bytes)).to.deep.equal([0, contents[1]?.length]);
  });
});
