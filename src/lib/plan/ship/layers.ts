/** Diff ids of an image's layers, lowest first. */
export type Layers = readonly string[];

/**
 * The layers of an image that an engine has, so that it does not look for them in an archive. It has a layer only on
 * the same ones below it.
 */
export function layersThere(image: Layers, there: readonly Layers[]): ReadonlySet<string> {
  const isCommon = (length: number): boolean =>
    there.some((other) => other.length >= length && image.slice(0, length).every((layer, at) => other[at] === layer));
  const lengths = image.map((_, index) => index + 1);
  const missing = lengths.findIndex((length) => !isCommon(length));
  const common = missing === -1 ? image : image.slice(0, missing);
  // A layer that comes again further up is needed there.
  const others = new Set(image.slice(common.length));
  return new Set(common.filter((layer) => !others.has(layer)));
}
