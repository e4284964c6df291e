import { label } from '../../../labels.ts';
import { isDnsService } from '../../../model/dns-service.ts';
import type { ObservedImage } from '../../../model/observed-state.ts';
import type { Problem } from '../../../errors.ts';
import type { ExposedPort } from '../../dockerfile/exposed-ports.ts';
import { type BaseKind, findBaseService, type FolderService, type Service } from '../../services.ts';
import { imageByReference } from './image-by-reference.ts';
import { findOwnService, serviceImage, type OwnImages } from './own-images.ts';

/** What is known of an instance's image from the project's files and the engine's labels. */
export interface ImageFacts {
  readonly reference: string;
  /** Set when it is built on a base image: that has sshd, entrypoints and the DNS client. */
  readonly base: BaseKind | undefined;
  /** The container runs the base image's own entrypoint. */
  readonly runsEntrypoints: boolean;
  readonly ports: readonly ExposedPort[];
  /** The engine does not have it yet, so what it exposes is not known. */
  readonly isUnknown?: true;
  readonly problems: readonly Problem[];
}

export interface ImageInput extends OwnImages {
  readonly images: readonly ObservedImage[];
}

/** Follows FROM lines through the services of the project, down to a base image or to one that comes from elsewhere. */
export function imageFacts(service: Service, image: string | undefined, input: ImageInput): ImageFacts {
  if (image !== undefined) return registryFacts(image, input);
  if (service.kind === 'image') return registryFacts(service.images[0] ?? service.name, input);
  const reference = serviceImage(input.project, service);
  if (service.kind === 'base') {
    const ports = service.base === 'dns' ? dnsPorts : [];
    return { reference, base: service.base, runsEntrypoints: true, ports, problems: [] };
  }
  return folderFacts(service, reference, input);
}

const dnsPorts: readonly ExposedPort[] = [
  { container: 53, protocol: 'tcp', where: 'the dns image' },
  { container: 53, protocol: 'udp', where: 'the dns image' },
];

function folderFacts(service: FolderService, reference: string, input: ImageInput): ImageFacts {
  const chain = folderChain(service, input);
  const parent = chain.at(-1)?.dockerfile.base;
  const base =
    parent === undefined ? undefined : (findBaseService(parent, input.services)?.base ?? labelledBase(parent, input));
  return {
    reference,
    base,
    runsEntrypoints: base !== undefined && !chain.some(({ dockerfile }) => dockerfile.hasEntrypoint),
    ports: uniquePorts([...chain.flatMap(({ dockerfile }) => dockerfile.ports), ...(base === 'dns' ? dnsPorts : [])]),
    problems: chain.flatMap(({ problems }) => problems),
  };
}

/** Whether the instances of a service are the project's DNS: it is one of the base services, or built on one. */
export function isDnsImage(service: Service, own: OwnImages): boolean {
  if (service.kind !== 'folder' || isDnsService(service.name)) return isDnsService(service.name);
  const parent = folderChain(service, own).at(-1)?.dockerfile.base;
  return parent !== undefined && findBaseService(parent, own.services)?.base === 'dns';
}

/** The service and the services of the project that it is built on, each on the next. A cycle ends where it closes. */
function folderChain(
  service: FolderService,
  input: OwnImages,
  visited: readonly FolderService[] = [],
): readonly FolderService[] {
  if (visited.includes(service)) return [];
  const parent = service.dockerfile.base === undefined ? undefined : findOwnService(service.dockerfile.base, input);
  return [service, ...(parent === undefined ? [] : folderChain(parent, input, [...visited, service]))];
}

function registryFacts(reference: string, input: ImageInput): ImageFacts {
  const observed = imageByReference(reference, input.images);
  return {
    reference,
    base: labelledBase(reference, input),
    runsEntrypoints: false,
    problems: [],
    ports: uniquePorts((observed?.exposed ?? []).map((text) => exposedPort(text, reference))),
    ...(observed === undefined ? { isUnknown: true } : {}),
  };
}

/** The engine writes them as `53/udp`. */
function exposedPort(text: string, where: string): ExposedPort {
  const [port, protocol] = text.split('/');
  return { container: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', where };
}

function labelledBase(reference: string, { images }: ImageInput): BaseKind | undefined {
  return imageByReference(reference, images)?.labels[label.base] === undefined ? undefined : 'base';
}

function uniquePorts(ports: readonly ExposedPort[]): readonly ExposedPort[] {
  const byName = new Map(ports.toReversed().map((port) => [`${port.container}/${port.protocol}`, port]));
  return [...byName.values()].sort((a, b) => a.container - b.container || (a.protocol < b.protocol ? -1 : 1));
}
