import { byteText } from '../../byte-text.ts';
import type { Owner } from '../../model/desired.ts';
import { shortContent } from '../../model/image-content.ts';
import type { EngineFacts } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import type { Blocker, Plan } from '../plan.ts';
import { layersThere, type Layers } from './layers.ts';

/** An image of the command's own engine, as it is to be on another one. */
export interface ImageToShip {
  readonly reference: string;
  readonly content: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly layers: Layers;
  /** By layer, as the engine archives it; absent: not asked for, as the host has the image. */
  readonly layerBytes?: ReadonlyMap<string, number>;
}

/** What is known of the host that gets them. */
export interface ShipTarget {
  readonly name: string;
  readonly engine: EngineFacts;
  /** Of the file system of its images; absent: it cannot be read. */
  readonly freeBytes?: number;
  /** Content by reference, of those images to ship that it has. */
  readonly contents: ReadonlyMap<string, string>;
  /** Of images that it has. */
  readonly layers: readonly Layers[];
}

/**
 * Sends what is missing or other there, one image after the other, so that each finds the layers of those before.
 * Engines with containerd's store take whole images only.
 */
export function planShip(owner: Owner, images: readonly ImageToShip[], target: ShipTarget): Plan {
  const builder = new PlanBuilder(owner);
  const known = [...target.layers];
  let total = 0;
  for (const image of images) {
    const { reference, content, layers, layerBytes } = image;
    const there = target.contents.get(reference);
    const common = { key: reference, differences: [] } as const;
    if (there === content) {
      builder.verdicts.push({ ...common, verdict: 'keep', reason: 'the same there' });
      continue;
    }
    const reason = there === undefined ? 'not there' : `${shortContent(there)} there`;
    const leftOut = target.engine.imageStore === 'layers' ? layersThere(layers, known) : new Set<string>();
    const bytes = layers.reduce((sum, id) => sum + (leftOut.has(id) ? 0 : (layerBytes?.get(id) ?? 0)), 0);
    const before = builder.operations.at(-1)?.id;
    builder.verdicts.push({ ...common, verdict: 'send', reason: `${reason}, ${byteText(bytes)} to send` });
    builder.add({
      id: `send ${reference}`,
      kind: 'send-image',
      subject: reference,
      cause: reason,
      needs: before === undefined ? [] : [before],
      reference,
      content,
      layersThere: [...leftOut],
      bytes,
    });
    known.push(layers);
    total += bytes;
  }
  builder.blockers.push(...wrongPlatforms(images, target), ...tooLittleSpace(total, target));
  return builder.finish();
}

function wrongPlatforms(images: readonly ImageToShip[], { name, engine, contents }: ShipTarget): readonly Blocker[] {
  const platform = `${engine.os}/${engine.architecture}`;
  return images
    .filter((image) => image.platform !== platform && contents.get(image.reference) !== image.content)
    .map((image) => ({
      subject: image.reference,
      message: `image ${image.reference} is for ${image.platform}, and host ${name} is ${platform}`,
      suggestions: [`build it for that host: dockerops build:all,platform=${platform}`],
    }));
}

/** Images take more than their layers: a tenth more. */
const spaceFactor = 1.1;

function tooLittleSpace(bytes: number, { name, engine, freeBytes }: ShipTarget): readonly Blocker[] {
  const needed = bytes * spaceFactor;
  if (freeBytes === undefined || needed <= freeBytes) return [];
  const where = engine.dataDirectory === undefined ? '' : ` in ${engine.dataDirectory}`;
  return [
    {
      subject: name,
      message: `host ${name} has ${byteText(freeBytes)} free${where}, and the images need ${byteText(needed)}`,
      suggestions: [`see what uses it, on ${name}: docker system df; free some there: docker image prune`],
    },
  ];
}
