import type { Readable } from 'node:stream';
import { readArchivedLayers, withoutPaths, type ArchivedLayer } from '../../engine/archive/thin-archive.ts';
import type { EngineReader } from '../../engine/engine.ts';

/** Images of an engine, which tells only at the end of an archive what is where in it: each is read once for that. */
export class ArchivedImages {
  readonly #engine: Pick<EngineReader, 'saveImages'>;
  readonly #layers = new Map<string, Promise<ReadonlyMap<string, ArchivedLayer>>>();

  constructor(engine: Pick<EngineReader, 'saveImages'>) {
    this.#engine = engine;
  }

  /** By layer, which no engine tells but in an archive. */
  async layerBytes(reference: string): Promise<ReadonlyMap<string, number>> {
    const bytesOf = new Map<string, number>();
    // A path that is a link to another has no bytes of its own.
    for (const { id, bytes } of (await this.#layersOf(reference)).values())
      bytesOf.set(id, Math.max(bytes, bytesOf.get(id) ?? 0));
    return bytesOf;
  }

  /** A docker-archive of the image without some of its layers. */
  async archive(reference: string, leftOut: readonly string[]): Promise<Readable> {
    if (leftOut.length === 0) return this.#engine.saveImages([reference]);
    const ids = new Set(leftOut);
    const paths = [...(await this.#layersOf(reference))].filter(([, { id }]) => ids.has(id)).map(([path]) => path);
    return withoutPaths(await this.#engine.saveImages([reference]), new Set(paths));
  }

  #layersOf(reference: string): Promise<ReadonlyMap<string, ArchivedLayer>> {
    const known = this.#layers.get(reference);
    if (known !== undefined) return known;
    const reading = this.#engine.saveImages([reference]).then(readArchivedLayers);
    this.#layers.set(reference, reading);
    return reading;
  }
}
