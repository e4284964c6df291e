import { definedOnly } from '../../../defined.ts';
import { canonicalReference } from '../../../image-reference.ts';
import type { LoadedProject } from '../../load-project.ts';
import type { FolderService, Service, Services } from '../../services.ts';

export interface OwnImages {
  readonly project: string;
  readonly usualName?: string;
  readonly services: Services;
}

export function ownImages({ place, services }: Pick<LoadedProject, 'place' | 'services'>): OwnImages {
  return definedOnly({ project: place.name, usualName: place.usualName, services });
}

/** The reference under which a service's image is built. */
export function serviceImage(project: string, service: Service): string {
  return service.kind === 'base' ? `dockerops/${service.name}:latest` : `${project}/${service.name}:latest`;
}

/**
 * The service of this project whose image a reference means. Dockerfiles have the name that the project usually has,
 * also when a command gives it another one.
 */
export function findOwnService(
  reference: string,
  { project, usualName, services }: OwnImages,
): FolderService | undefined {
  const name = /^([^/]+)\/([^/:]+):latest$/.exec(canonicalReference(reference));
  const isOwn = name?.[1] === project || (usualName !== undefined && name?.[1] === usualName);
  const service = isOwn ? services.get(name[2] ?? '') : undefined;
  return service?.kind === 'folder' ? service : undefined;
}
