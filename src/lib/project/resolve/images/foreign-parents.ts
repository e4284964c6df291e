import { canonicalReference } from '../../../image-reference.ts';
import { label } from '../../../labels.ts';
import type { ImageSpec } from '../../../model/desired.ts';
import type { ObservedImage } from '../../../model/observed-state.ts';
import type { LoadedProject } from '../../load-project.ts';
import { imageByReference } from './image-by-reference.ts';

/**
 * Where a service of this project is built on an image that another project on the engine made, although the service
 * of that name is here, too: probably this project is a copy of that one.
 */
export function foreignParentNotices(
  images: readonly ImageSpec[],
  { services, place }: Pick<LoadedProject, 'services' | 'place'>,
  observed: readonly ObservedImage[],
): readonly string[] {
  return images.flatMap(({ service, source, parents }) => {
    const built = services.get(service);
    if (source.kind !== 'folder' || built?.kind !== 'folder') return [];
    return built.dockerfile.parents.flatMap(({ reference, where }) => {
      const { [label.project]: project, [label.service]: parent = '' } =
        imageByReference(reference, observed)?.labels ?? {};
      const isForeign = parents.includes(canonicalReference(reference)) && project !== place.name;
      if (project === undefined || !isForeign || services.get(parent)?.kind !== 'folder') return [];
      const advice = `for the service ${parent} of this project, write ${place.name}/${parent}`;
      return [`${where}: ${reference} is an image of the project ${project}; ${advice}`];
    });
  });
}
