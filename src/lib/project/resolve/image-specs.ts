import { canonicalReference } from '../../image-reference.ts';
import type { Problem } from '../../errors.ts';
import type { LoadedProject } from '../load-project.ts';
import { findOwnService, serviceImage } from './image-facts.ts';
import type { ImageSpec } from '../../model/desired.ts';
import { findBaseService, type Service } from '../services.ts';
import { isSecretName } from './variables.ts';

/** An image that is taken as it is. */
export interface RegistryImage {
  readonly service: string;
  readonly reference: string;
  readonly platform?: string | undefined;
}

export interface ResolvedImages {
  readonly images: readonly ImageSpec[];
  readonly problems: readonly Problem[];
}

/** The images of services and all that they are built on, sorted by reference; hashes are filled in by build/. */
export function resolveImages(
  services: readonly Service[],
  registryImages: readonly RegistryImage[],
  project: LoadedProject,
): ResolvedImages {
  const made = new Map<string, { readonly image: ImageSpec; readonly problems: readonly Problem[] }>();
  const visit = (service: Service): void => {
    if (service.kind === 'image') return;
    const reference = serviceImage(project.place.name, service);
    if (made.has(reference)) return;
    const parents = parentsOf(service, project);
    made.set(reference, {
      image: toSpec(service, reference),
      problems: service.kind === 'folder' ? service.problems : [],
    });
    parents.forEach(visit);
    for (const parent of outsideParents(service, project))
      addPulled({ service: parent, reference: parent, platform: platformOf(service) });
  };
  const addPulled = ({ reference, service, platform }: RegistryImage): void => {
    if (!made.has(reference))
      made.set(reference, {
        image: {
          reference,
          service,
          source: { kind: 'registry', ...(platform === undefined ? {} : { platform }) },
          parents: [],
        },
        problems: [],
      });
  };
  services.forEach(visit);
  registryImages.forEach(addPulled);
  const all = [...made.values()].sort((a, b) => (a.image.reference < b.image.reference ? -1 : 1));
  return { images: all.map(({ image }) => image), problems: all.flatMap(({ problems }) => problems) };
}

/** What a service's image is built on that nobody here makes. In our own name spaces that would be a mistake, and no registry is asked. */
export function outsideParents(
  service: Service,
  { place, services }: Pick<LoadedProject, 'place' | 'services'>,
): readonly string[] {
  if (service.kind !== 'folder') return [];
  const outside = service.dockerfile.parents.filter(
    ({ reference }) =>
      reference !== '' &&
      findOwnService(reference, { project: place.name, services }) === undefined &&
      findBaseService(reference, services) === undefined,
  );
  return outside
    .map(({ reference }) => canonicalReference(reference))
    .filter(
      (reference) => ![place.name, 'dockerops'].includes(reference.slice(0, Math.max(reference.indexOf('/'), 0))),
    );
}

function platformOf(service: Service): string | undefined {
  return service.kind === 'folder' ? service.build.platform : undefined;
}

function parentsOf(service: Service, { place, services }: LoadedProject): readonly Service[] {
  if (service.kind !== 'folder') return [];
  return service.dockerfile.parents.flatMap(
    ({ reference }) =>
      findOwnService(reference, { project: place.name, services }) ?? findBaseService(reference, services) ?? [],
  );
}

function toSpec(service: Exclude<Service, { kind: 'image' }>, reference: string): ImageSpec {
  if (service.kind === 'base')
    return { reference, service: service.name, source: { kind: 'base', os: service.os }, parents: [] };
  const { args, platform } = service.build;
  const secretArgs = Object.keys(args).filter(isSecretName);
  return {
    reference,
    service: service.name,
    source: {
      kind: 'folder',
      directory: service.directory,
      dockerfile: 'Dockerfile',
      buildArgs: args,
      ...(secretArgs.length === 0 ? {} : { secretArgs }),
      ...(platform === undefined ? {} : { platform }),
    },
    parents: service.dockerfile.parents.map((parent) => canonicalReference(parent.reference)),
  };
}
