import type { Problem } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { ExposedPort } from '../dockerfile/exposed-ports.ts';
import { type BaseKind, findBaseService, type Service, type Services } from '../services.ts';

/** What an instance's image is, as far as the project's files and the engine's labels tell. */
export interface ImageFacts {
  readonly reference: string;
  /** Set when it is built on a base image; sshd, entrypoints and the DNS client come with that. */
  readonly base: BaseKind | undefined;
  /** The base image's own entrypoint is the container's. */
  readonly runsEntrypoints: boolean;
  readonly ports: readonly ExposedPort[];
  /** It is not here yet, so what it exposes is not known. */
  readonly isUnknown?: true;
  readonly problems: readonly Problem[];
}

export interface ImageInput {
  readonly project: string;
  readonly services: Services;
  readonly images: readonly ObservedImage[];
}

export function serviceImage(project: string, service: Service): string {
  return service.kind === 'base' ? `dockerops/${service.name}:latest` : `${project}/${service.name}:latest`;
}

/** Follows FROM lines through the services of the project down to a base image, or to one that is not made here. */
export function imageFacts(service: Service, image: string | undefined, input: ImageInput): ImageFacts {
  if (image !== undefined || service.kind === 'image') return registryFacts(image ?? service.name, input);
  if (service.kind === 'base')
    return {
      reference: serviceImage(input.project, service),
      base: service.base,
      runsEntrypoints: true,
      ports: service.base === 'dns' ? dnsPorts : [],
      problems: [],
    };
  const chain = folderChain(service, input);
  const last = chain.at(-1) ?? service;
  const base = last.dockerfile.base;
  const kind =
    base === undefined ? undefined : (findBaseService(base, input.services)?.base ?? labelledBase(base, input));
  return {
    reference: serviceImage(input.project, service),
    base: kind,
    runsEntrypoints: kind !== undefined && !chain.some(({ dockerfile }) => dockerfile.hasEntrypoint),
    ports: uniquePorts(chain.flatMap(({ dockerfile }) => dockerfile.ports)),
    problems: chain.flatMap(({ problems }) => problems),
  };
}

const dnsPorts: readonly ExposedPort[] = [
  { container: 53, protocol: 'tcp', where: 'the dns image' },
  { container: 53, protocol: 'udp', where: 'the dns image' },
];

function registryFacts(reference: string, input: ImageInput): ImageFacts {
  const seen = byReference(input.images).get(canonicalReference(reference));
  return {
    reference,
    base: labelledBase(reference, input),
    runsEntrypoints: false,
    problems: [],
    ports: uniquePorts((seen?.exposed ?? []).map((text) => exposedPort(text, reference))),
    ...(seen === undefined ? { isUnknown: true } : {}),
  };
}

/** The engine tells them as `53/udp`. */
function exposedPort(text: string, where: string): ExposedPort {
  const [port, protocol] = text.split('/');
  return { container: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', where };
}

type FolderService = Extract<Service, { kind: 'folder' }>;

/** The service and the services of the project that it is built on, one on the other. A circle ends where it closes. */
function folderChain(
  service: FolderService,
  input: ImageInput,
  seen: readonly FolderService[] = [],
): readonly FolderService[] {
  if (seen.includes(service)) return [];
  const parent = service.dockerfile.base === undefined ? undefined : findOwnService(service.dockerfile.base, input);
  return [service, ...(parent === undefined ? [] : folderChain(parent, input, [...seen, service]))];
}

/** The service of this project whose image a reference means. */
export function findOwnService(
  reference: string,
  { project, services }: Pick<ImageInput, 'project' | 'services'>,
): FolderService | undefined {
  const name = /^([^/]+)\/([^/:]+):latest$/.exec(canonicalReference(reference));
  const service = name?.[1] === project ? services.get(name[2] ?? '') : undefined;
  return service?.kind === 'folder' ? service : undefined;
}

function labelledBase(reference: string, { images }: ImageInput): BaseKind | undefined {
  return byReference(images).get(canonicalReference(reference))?.labels[label.base] === undefined ? undefined : 'base';
}

const indexes = new WeakMap<readonly ObservedImage[], ReadonlyMap<string, ObservedImage>>();

/** Made once for a list, since every instance asks. */
function byReference(images: readonly ObservedImage[]): ReadonlyMap<string, ObservedImage> {
  const made =
    indexes.get(images) ??
    new Map(
      images.flatMap((image) => image.references.map((each) => [canonicalReference(each), image] as const)).reverse(),
    );
  indexes.set(images, made);
  return made;
}

function uniquePorts(ports: readonly ExposedPort[]): readonly ExposedPort[] {
  const unique = ports.filter(
    (port, index) =>
      ports.findIndex((other) => other.container === port.container && other.protocol === port.protocol) === index,
  );
  return unique.sort((a, b) => a.container - b.container || (a.protocol < b.protocol ? -1 : 1));
}
