import { expect } from 'chai';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { sendImage } from '../../../src/lib/apply/send-image.ts';
import { EngineError, StalePlan } from '../../../src/lib/errors.ts';
import type { ProgressEvent } from '../../../src/lib/events.ts';
import { imageContent } from '../../../src/lib/model/image-content.ts';
import type { OperationOf } from '../../../src/lib/plan/operation.ts';
import { ArchivedImages } from '../../../src/lib/use-cases/hosts/archived-images.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { fileLayer, layeredArchive } from '../../support/real-engine.ts';

const reference = 'demo/web:latest';

describe('sending an image', () => {
  let here: FakeEngine;
  let there: FakeEngine;
  let archives: ArchivedImages;
  let events: ProgressEvent[];
  let operation: OperationOf<'send-image'>;
  beforeEach(async () => {
    here = new FakeEngine();
    archives = new ArchivedImages(here);
    there = new FakeEngine();
    events = [];
    const layers = await Promise.all(['base', 'mine'].map((name) => fileLayer(name, name.repeat(1000))));
    await here.loadImages(layeredArchive(reference, layers, { by: 'test' }), () => {});
    const found = await here.findImage(reference);
    operation = {
      id: `send ${reference}`,
      kind: 'send-image',
      subject: reference,
      cause: 'not there',
      needs: [],
      reference,
      content: (found && imageContent(found)) ?? '',
      layersThere: [],
      bytes: layers.reduce((sum, { length }) => sum + length, 0),
    };
    // An engine decompresses what it loads.
    const load = there.loadImages.bind(there);
    there.loadImages = async (archive, onLine) => load(Readable.from([gunzipSync(await buffer(archive))]), onLine);
  });
  const send = (changes: Partial<OperationOf<'send-image'>> = {}, signal = new AbortController().signal) =>
    sendImage(
      { ...operation, ...changes },
      {
        results: undefined as never,
        context: {
          engine: there,
          signal,
          images: { archive: (name: string, leftOut: readonly string[]) => archives.archive(name, leftOut) },
          progress: (event: ProgressEvent) => events.push(event),
        } as never,
      },
    );

  it('makes the engine have the same content, and tells the bytes on the wire and how far it is', async () => {
    expect(await send()).to.match(/^sent (\d+ bytes|[\d.]+ KiB)$/);
    const found = await there.findImage(reference);
    expect(found && imageContent(found)).to.equal(operation.content);
    expect(events.at(-1)).to.deep.include({ type: 'step', subject: reference });
  });

  it('leaves out layers that are there', async () => {
    await send();
    const { layers = [] } = (await here.findImage(reference)) ?? {};
    await there.removeImage(reference);
    await send({ layersThere: layers });
    const found = await there.findImage(reference);
    expect(found && imageContent(found)).to.equal(operation.content);
  });

  it('is planned again when a layer was removed there in the meantime', async () => {
    const { layers = [] } = (await here.findImage(reference)) ?? {};
    const error = await send({ layersThere: layers.slice(0, 1) }).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(StalePlan);
  });

  it('takes the name away from what is not what was sent', async () => {
    const error = await send({ content: `sha256:${'0'.repeat(64)}` }).catch((caught: unknown) => caught);
    expect(String(error)).to.match(
      /image demo\/web:latest is not what was sent: it is \w{12} there, 000000000000 here/,
    );
    expect(await there.findImage(reference)).to.equal(undefined);
  });

  it('ends with the error of the engine that it cannot be read from, and leaves nothing there', async () => {
    here.saveImages = async () => Readable.from(failing());
    const error = await send().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error);
    expect(there.images.size).to.equal(0);
  });
});

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(512);
  throw new EngineError('it broke', { code: 'BROKEN' });
}
