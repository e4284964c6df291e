import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { Check } from './check.ts';

/** `hashes`: hash of the source of each base image, by reference. */
export function checkBaseImages(hashes: Readonly<Record<string, string>>, images: readonly ObservedImage[]): Check {
  const states = Object.entries(hashes).map(([reference, hash]) => stateOf(hash, findImage(reference, images)));
  const count = (state: ReturnType<typeof stateOf>): number => states.filter((each) => each === state).length;
  if (count('current') === states.length)
    return { name: 'base images', status: 'ok', text: 'all present and up to date' };
  const [number, what] =
    count('missing') > 0 ? [count('missing'), 'not made yet'] : [count('older'), 'older than those of this version'];
  return {
    name: 'base images',
    status: 'warn',
    text: `${String(number)} of ${String(states.length)} ${what}`,
    fix: 'dockerops init makes them; build and run do so when needed',
  };
}

function stateOf(hash: string, image: ObservedImage | undefined): 'missing' | 'current' | 'older' {
  if (image === undefined) return 'missing';
  return image.labels[label.sourceHash] === hash ? 'current' : 'older';
}

/**
 * Base images are made on this machine, or in a container of the distribution's image that the engine has or can pull.
 */
export function checkBootstrap(obstacle: string | undefined, image: string, images: readonly ObservedImage[]): Check {
  if (obstacle === undefined)
    return { name: 'bootstrap', status: 'ok', text: 'base images can be made on this machine' };
  const where = `base images are made in a container of ${image}: ${obstacle}`;
  if (findImage(image, images) !== undefined) return { name: 'bootstrap', status: 'ok', text: where };
  return {
    name: 'bootstrap',
    status: 'warn',
    text: `${where}; the engine has to pull that image first`,
    fix: `pull it (docker pull ${image}), or on Debian and Ubuntu, as root: apt-get install mmdebstrap`,
  };
}

function findImage(reference: string, images: readonly ObservedImage[]): ObservedImage | undefined {
  const canonical = canonicalReference(reference);
  return images.find(({ references }) => references.some((each) => canonicalReference(each) === canonical));
}
