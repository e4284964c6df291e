import type { Readable } from 'node:stream';
import { readArchivedLayers, withoutPaths } from '../../engine/archive/thin-archive.ts';
import type { EngineReader } from '../../engine/engine.ts';
import { EngineError, UserError } from '../../errors.ts';
import { imageContent } from '../../model/image-content.ts';
import type { ImageToShip } from '../../plan/ship/plan-ship.ts';

type Saver = Pick<EngineReader, 'saveImages'>;

/** An image of this engine with the sizes of its layers, which no engine tells but in an archive. */
export async function imageToShip(
  engine: Saver & Pick<EngineReader, 'findImage'>,
  service: string,
  reference: string,
): Promise<ImageToShip> {
  const found = await engine.findImage(reference);
  if (found === undefined) throw notHere(service, reference);
  const content = imageContent(found);
  if (content === undefined)
    throw new EngineError(`the engine does not tell of what layers image ${reference} is`, { code: 'NO_CONTENT' });
  const archived = await readArchivedLayers(await engine.saveImages([reference]));
  const sizes = new Map<string, number>();
  // A path that is a link to another has no bytes of its own.
  for (const { id, bytes } of archived.values()) sizes.set(id, Math.max(bytes, sizes.get(id) ?? 0));
  return {
    reference,
    content,
    platform: `${found.os}/${found.architecture}`,
    layers: found.layers.map((id) => ({ id, bytes: sizes.get(id) ?? 0 })),
  };
}

/** A docker-archive of the image without some of its layers. Reads it twice, as it says at its end what is where. */
export async function savedArchive(engine: Saver, reference: string, leftOut: readonly string[]): Promise<Readable> {
  if (leftOut.length === 0) return engine.saveImages([reference]);
  const ids = new Set(leftOut);
  const archived = await readArchivedLayers(await engine.saveImages([reference]));
  const paths = [...archived].filter(([, { id }]) => ids.has(id)).map(([path]) => path);
  return withoutPaths(await engine.saveImages([reference]), new Set(paths));
}

function notHere(service: string, reference: string): UserError {
  return new UserError(`service ${service} has no image ${reference} here`, {
    code: 'NO_IMAGE',
    suggestions: [`make it: dockerops build:${service}`],
  });
}
