import { canonicalReference } from '../../../image-reference.ts';
import type { FolderService, Service, Services } from '../../services.ts';

/** The reference under which a service's image is built. */
export function serviceImage(project: string, service: Service): string {
  return service.kind === 'base' ? `dockerops/${service.name}:latest` : `${project}/${service.name}:latest`;
}

/** The service of this project whose image a reference means. */
export function findOwnService(
  reference: string,
  { project, services }: { readonly project: string; readonly services: Services },
): FolderService | undefined {
  const name = /^([^/]+)\/([^/:]+):latest$/.exec(canonicalReference(reference));
  const service = name?.[1] === project ? services.get(name[2] ?? '') : undefined;
  return service?.kind === 'folder' ? service : undefined;
}
