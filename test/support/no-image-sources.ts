import { Readable } from 'node:stream';
import type { ImageSources } from '../../src/lib/apply/context.ts';

/** For plans that make no images: empty archives, and Dockerfiles as they are. */
export const noImageSources: ImageSources = {
  makeBaseArchive: async () => Readable.from([]),
  changeDockerfile: () => (text) => text,
  tags: () => ({ tags: [], labels: {} }),
};
