import { callEngine, inPool, prefix } from './engine-api.ts';
import { cleanUp } from './clean-up.ts';
import { makeLayer, loadImages } from './tiny-image.ts';

/** What a developer's machine has of other projects. */
const imageCount = 500;
const containerCount = 200;
/** Requests at once. */
const width = 4;

const others = `${prefix}other-`;

/** For the table. */
export const otherLoad = `${String(imageCount)} + ${String(containerCount)}`;

/**
 * Works while the engine also has 500 other images, of one tiny layer, and 200 containers of them that were
 * never started. Removes these at the end, also when the work fails.
 */
export async function withOthers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    const layer = await makeLayer(Buffer.from('not a program'));
    await loadImages(layer, names(imageCount));
    await inPool(names(containerCount), width, (name) =>
      callEngine('POST', `/containers/create?name=${name}`, { Image: name, HostConfig: { NetworkMode: 'none' } }),
    );
    return await work();
  } finally {
    await cleanUp(others);
  }
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${others}${String(index + 1)}`);
}
