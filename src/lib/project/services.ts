import { findNearest } from '../did-you-mean.ts';
import { UserError, type Problem } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import { labelComplaint } from './conf/dns-label.ts';
import type { RequiredVariable } from './conf/required-variables.ts';
import type { RunConf } from './conf/run-conf-entry.ts';
import type { DockerfileFacts } from './dockerfile/dockerfile.ts';

/** What run.conf says about the image of a service's folder. */
export interface BuildSettings {
  readonly args: Readonly<Record<string, string>>;
  readonly platform?: string;
  /** Stage of the Dockerfile, and where run.conf names it. */
  readonly target?: { readonly stage: string; readonly where: string };
}

const baseKinds = ['common', 'base', 'full', 'dns'] as const;
export type BaseKind = (typeof baseKinds)[number];

/** Something that can be run: a folder with a Dockerfile, a base service, or an image of a registry. */
export type Service =
  | {
      readonly kind: 'folder';
      readonly name: string;
      readonly directory: string;
      readonly dockerfile: DockerfileFacts;
      readonly build: BuildSettings;
      readonly required: readonly RequiredVariable[];
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'base'; readonly name: string; readonly base: BaseKind; readonly os: string }
  | {
      readonly kind: 'image';
      readonly name: string;
      /** Those that its entries name, each once. */
      readonly images: readonly string[];
    };

export type FolderService = Extract<Service, { kind: 'folder' }>;
export type BaseService = Extract<Service, { kind: 'base' }>;
/** By name. */
export type Services = ReadonlyMap<string, Service>;

/** The services that need no folder. Names without an os, which all but common have, are those of the first. */
function baseServices(osIds: readonly string[]): readonly BaseService[] {
  const [first = ''] = osIds;
  const ofFirst = baseKinds.slice(1).map((base) => baseService(`dockerops-${base}`, base, first));
  const ofEach = osIds.flatMap((os) => baseKinds.map((base) => baseService(`dockerops-${base}-${os}`, base, os)));
  return [...ofFirst, ...ofEach];
}

function baseService(name: string, base: BaseKind, os: string): BaseService {
  return { kind: 'base', name, base, os };
}

/** The base service whose image the reference of a FROM line means. */
export function findBaseService(reference: string, services: Services): BaseService | undefined {
  const [, name = ''] = /^dockerops\/([^:@]+):latest$/.exec(canonicalReference(reference)) ?? [];
  const service = services.get(name);
  return service?.kind === 'base' ? service : undefined;
}

/**
 * Of services with one name, base services come first, then folders, then images that run.conf names. Its entries need
 * not be valid.
 */
export function gatherServices(folders: readonly FolderService[], conf: RunConf, osIds: readonly string[]): Services {
  return new Map(
    [...imageServices(conf), ...folders, ...baseServices(osIds)].map((service) => [service.name, service]),
  );
}

function imageServices({ entries }: RunConf): readonly Extract<Service, { kind: 'image' }>[] {
  const ofImages = entries.filter(
    ({ values: { image, service } }) => image !== undefined && typeof service === 'string',
  );
  return [...Map.groupBy(ofImages, ({ values }) => values.service)].map(([name, each]) => {
    const images = each.flatMap(({ values: { image } }) => (typeof image === 'string' ? [image] : []));
    return { kind: 'image', name, images: [...new Set(images)] };
  });
}

/** Names of the project's own services, for messages; those of base services when it has none. */
function serviceNames(services: Services): readonly string[] {
  const own = [...services.values()].filter(({ kind }) => kind !== 'base').map(({ name }) => name);
  return own.length > 0 ? own.sort() : [...services.keys()];
}

export function unknownService(name: string, services: Services, servicesDirectory: string): UserError {
  const [service = '', ...options] = name.split(',');
  const flags = services.has(service) ? options.map((option) => `--${option.replace('=', ' ')}`) : [];
  const nearest = flags.length > 0 ? undefined : findNearest(name, [...services.keys()]);
  return new UserError(`there is no service "${name}" in this project`, {
    code: 'UNKNOWN_SERVICE',
    suggestions: [
      ...(flags.length === 0 ? [] : [`after a space options are flags: ${service} ${flags.join(' ')}`]),
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      `its services are ${serviceNames(services).join(', ')}`,
      ...(labelComplaint('service', name) === undefined
        ? [`to add a service, create ${servicesDirectory}/${name}/Dockerfile`]
        : []),
    ],
  });
}

/** A service that run.conf has entries for, or that has instances (`isThere`), but that cannot be made. */
export function missingFolder(
  name: string,
  services: Services,
  servicesDirectory: string,
  isThere: boolean,
): UserError {
  const nearest = findNearest(name, [...services.keys()]);
  return new UserError(`the folder of service "${name}" is missing: ${servicesDirectory}/${name}`, {
    code: 'UNKNOWN_SERVICE',
    suggestions: [
      'bring it back with its Dockerfile, or name an "image" in the entries of the service',
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      ...(isThere ? [`what is there of it is left as it is; to remove it: dockerops clean:${name}`] : []),
    ],
  });
}

/** For words with `*`. */
export function nothingMatches({
  service,
  instance,
}: {
  readonly service: string;
  readonly instance: string | undefined;
}): UserError {
  const words = instance === undefined ? service : `${service},instance=${instance}`;
  return new UserError(`no instance of this project matches ${words}`, {
    code: 'NO_INSTANCE',
    suggestions: ['dockerops ps:all'],
  });
}
