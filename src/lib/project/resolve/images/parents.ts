import { canonicalReference } from '../../../image-reference.ts';
import type { LoadedProject } from '../../load-project.ts';
import { findBaseService, type FolderService, type Service } from '../../services.ts';
import { findOwnService, ownImages, serviceImage } from './own-images.ts';

type Project = Pick<LoadedProject, 'place' | 'services'>;

/** The services, also base services, that a service's image is built on directly. */
export function parentServices(service: FolderService, project: Project): readonly Service[] {
  return service.dockerfile.parents.flatMap(({ reference }) => findParent(reference, project) ?? []);
}

/**
 * Images from elsewhere that a service's image is built on directly. A reference in the name space of the project or of
 * dockerops that nothing here makes is a mistake; no registry is asked for it.
 */
export function outsideParents(service: Service, project: Project): readonly string[] {
  if (service.kind !== 'folder') return [];
  return service.dockerfile.parents
    .filter(({ reference }) => reference !== '' && findParent(reference, project) === undefined)
    .map(({ reference }) => canonicalReference(reference))
    .filter((reference) => ![project.place.name, 'dockerops'].includes(nameSpace(reference)));
}

function findParent(reference: string, { place, services }: Project): Service | undefined {
  return findOwnService(reference, ownImages({ place, services })) ?? findBaseService(reference, services);
}

/** What parents that are services of the project are called, where the Dockerfile has another name. */
export function parentNames(service: FolderService, project: Project): Readonly<Record<string, string>> {
  const own = service.dockerfile.parents.map(({ reference }) => {
    const parent = findOwnService(reference, ownImages(project));
    return [reference, parent === undefined ? reference : serviceImage(project.place.name, parent)] as const;
  });
  return Object.fromEntries(
    own.filter(([written, reference]) => canonicalReference(written) !== canonicalReference(reference)),
  );
}

/** `demo` of `demo/web:latest`; empty when there is none. */
function nameSpace(reference: string): string {
  return reference.slice(0, Math.max(reference.indexOf('/'), 0));
}
