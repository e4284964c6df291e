import { readdirSync, statSync } from 'node:fs';
import { stampOf, type Stamp } from '../../engine/archive/file-stamp.ts';

/** Of everything that base images are made from; undefined where that cannot be told, and reading it will say why. */
export function baseImagesStamp(directory: string): Stamp | undefined {
  try {
    return stampOf(
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((path) => ({ path, stats: statSync(`${directory}/${path}`) })),
    );
  } catch {
    return undefined;
  }
}
