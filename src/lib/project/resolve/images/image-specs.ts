import { definedOnly } from '../../../defined.ts';
import type { Problem } from '../../../errors.ts';
import { canonicalReference } from '../../../image-reference.ts';
import type { ImageSpec } from '../../../model/desired.ts';
import type { LoadedProject } from '../../load-project.ts';
import type { FolderService, Service } from '../../services.ts';
import { isSecretValue } from '../../../model/secret-text.ts';
import { serviceImage } from './own-images.ts';
import { outsideParents, parentNames, parentServices } from './parents.ts';

/** An image of a registry, used as it is. */
export interface RegistryImage {
  readonly service: string;
  readonly reference: string;
  readonly platform?: string | undefined;
}

export interface ResolvedImages {
  readonly images: readonly ImageSpec[];
  readonly problems: readonly Problem[];
}

/** By reference. */
type Gathered = Map<string, { readonly image: ImageSpec; readonly problems: readonly Problem[] }>;

/** The images of services and all that they are built on, sorted by reference; build/ adds the hashes. */
export function resolveImages(
  services: readonly Service[],
  registryImages: readonly RegistryImage[],
  project: LoadedProject,
): ResolvedImages {
  const gathered: Gathered = new Map();
  for (const service of services) addService(service, project, gathered);
  for (const image of registryImages) addRegistryImage(image, gathered);
  const all = [...gathered.values()].sort((a, b) => (a.image.reference < b.image.reference ? -1 : 1));
  return { images: all.map(({ image }) => image), problems: all.flatMap(({ problems }) => problems) };
}

function addService(service: Service, project: LoadedProject, gathered: Gathered): void {
  if (service.kind === 'image') return;
  const reference = serviceImage(project.place.name, service);
  if (gathered.has(reference)) return;
  if (service.kind === 'base') {
    const source = { kind: 'base', os: service.os } as const;
    gathered.set(reference, { image: { reference, service: service.name, source, parents: [] }, problems: [] });
    return;
  }
  gathered.set(reference, { image: folderImage(service, reference, project), problems: service.problems });
  for (const parent of parentServices(service, project)) addService(parent, project, gathered);
  for (const parent of outsideParents(service, project))
    addRegistryImage({ service: parent, reference: parent, platform: service.build.platform }, gathered);
}

function addRegistryImage({ reference, service, platform }: RegistryImage, gathered: Gathered): void {
  if (gathered.has(reference)) return;
  const source = definedOnly({ kind: 'registry', platform });
  gathered.set(reference, { image: { reference, service, source, parents: [] }, problems: [] });
}

function folderImage(service: FolderService, reference: string, project: LoadedProject): ImageSpec {
  const { name, directory, build, dockerfile } = service;
  const names = parentNames(service, project);
  const secretArgs = Object.keys(build.args).filter((name) => isSecretValue(name, build.args[name] ?? ''));
  return {
    reference,
    service: name,
    source: definedOnly({
      kind: 'folder',
      directory,
      dockerfile: 'Dockerfile',
      buildArgs: build.args,
      secretArgs: secretArgs.length === 0 ? undefined : secretArgs,
      platform: build.platform,
      target: build.target?.stage,
      parentNames: Object.keys(names).length === 0 ? undefined : names,
    }),
    parents: dockerfile.parents.map(({ reference: parent }) => canonicalReference(names[parent] ?? parent)),
  };
}
