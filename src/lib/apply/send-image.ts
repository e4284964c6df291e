import { addAbortSignal, Transform, type Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { byteText } from '../byte-text.ts';
import type { ImageDetail } from '../engine/engine.ts';
import { EngineError, OperationFailed, StalePlan } from '../errors.ts';
import { imageContent, shortContent } from '../model/image-content.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { ApplyContext } from './context.ts';
import type { Step } from './step.ts';

/**
 * Sends an image of the command's own engine as one compressed stream. The other engine loads it whole or not at all;
 * what it has then is compared with what was sent. Resolves with the bytes on the wire.
 */
export async function sendImage(operation: OperationOf<'send-image'>, { context }: Step): Promise<string> {
  const { reference, content, layersThere } = operation;
  const { engine, images, signal } = context;
  if (images.archive === undefined) throw new TypeError('no archives of the images to send');
  const archive = addAbortSignal(signal, await images.archive(reference, layersThere));
  const sent = { bytes: 0 };
  await engine
    .loadImages(compressed(archive, operation, context, sent), () => {})
    .catch((error: unknown) => {
      if (layersThere.length > 0 && isLayerMissing(error)) throw new StalePlan(`${reference} was removed there`, stale);
      throw error;
    });
  const found = await engine.findImage(reference);
  if (found === undefined || imageContent(found) !== content) {
    if (found !== undefined) await engine.removeImage(reference);
    throw notWhatWasSent(operation, found);
  }
  return `sent ${byteText(sent.bytes)}`;
}

const stale = { code: 'STALE_PLAN' };

/** What an engine says of a layer that is neither in the archive nor there. */
function isLayerMissing(error: unknown): boolean {
  return error instanceof EngineError && /no such file/.test(error.message);
}

/** Tells how much of the archive is read, each time that a percent more is. */
function compressed(
  archive: Readable,
  { bytes, subject }: OperationOf<'send-image'>,
  { progress }: ApplyContext,
  sent: { bytes: number },
): Readable {
  let read = 0;
  let told = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      read += chunk.length;
      const percent = Math.min(100, Math.floor((read / Math.max(1, bytes)) * 100));
      if (percent > told) {
        told = percent;
        progress({ type: 'step', subject, text: `sending ${byteText(bytes)}, ${String(percent)} %` });
      }
      done(null, chunk);
    },
  });
  const zipped = createGzip();
  archive.on('error', (error) => counted.destroy(error));
  counted.on('error', (error) => zipped.destroy(error));
  zipped.on('data', (chunk: Buffer) => (sent.bytes += chunk.length)).on('close', () => archive.destroy());
  zipped.pause();
  return archive.pipe(counted).pipe(zipped);
}

function notWhatWasSent({ reference, content }: OperationOf<'send-image'>, found: ImageDetail | undefined): Error {
  const there = found && imageContent(found);
  const what = there === undefined ? 'the engine cannot tell what it has' : `it is ${shortContent(there)} there`;
  return new OperationFailed(
    `image ${reference} is not what was sent: ${what}, ${shortContent(content)} here; its name there was removed`,
    { code: 'IMAGE_DIFFERS', suggestions: ['something between the two engines has changed it; send it again'] },
  );
}
