import { UserError, type Problem } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import { findNearest } from '../did-you-mean.ts';
import type { DockerfileFacts } from './dockerfile/dockerfile.ts';
import type { RequiredVariable } from './conf/required-variables.ts';
import type { RunConf } from './conf/run-conf-entry.ts';

/** What run.conf says about the image of a service's folder. */
export interface BuildSettings {
  readonly args: Readonly<Record<string, string>>;
  readonly platform?: string;
}

export type BaseKind = 'common' | 'base' | 'dns';

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
  | { readonly kind: 'image'; readonly name: string };

export type FolderService = Extract<Service, { kind: 'folder' }>;
export type Services = ReadonlyMap<string, Service>;

/** The services that need no folder; the first os is the one of the names without. */
function baseServices(osIds: readonly string[]): readonly Extract<Service, { kind: 'base' }>[] {
  const [first = ''] = osIds;
  const short = (['base', 'dns'] as const).map((base) => ({
    kind: 'base' as const,
    name: `dockerops-${base}`,
    base,
    os: first,
  }));
  return [
    ...short,
    ...osIds.flatMap((os) =>
      (['common', 'base', 'dns'] as const).map((base) => ({
        kind: 'base' as const,
        name: `dockerops-${base}-${os}`,
        base,
        os,
      })),
    ),
  ];
}

/** Which base service an image of a FROM line is. */
export function findBaseService(reference: string, services: Services): Extract<Service, { kind: 'base' }> | undefined {
  const [, name = ''] = /^dockerops\/([^:@]+):latest$/.exec(canonicalReference(reference)) ?? [];
  const service = services.get(name);
  return service?.kind === 'base' ? service : undefined;
}

/** Folders come before what run.conf names an image for; both after base services, whose names are taken. */
export function gatherServices(folders: readonly FolderService[], conf: RunConf, osIds: readonly string[]): Services {
  const images = conf.entries
    .filter(({ values: { image } }) => image !== undefined)
    .map(({ values: { service } }) => ({ kind: 'image' as const, name: service }));
  return new Map([...images, ...folders, ...baseServices(osIds)].map((service) => [service.name, service]));
}

/** Names that the project itself offers, for messages; base services only where nothing else is. */
function serviceNames(services: Services): readonly string[] {
  const names = [...services.values()]
    .filter(({ kind }) => kind !== 'base')
    .map(({ name }) => name)
    .sort();
  return names.length > 0 ? names : [...services.keys()];
}

export function unknownService(name: string, services: Services, servicesDirectory: string): UserError {
  const nearest = findNearest(name, [...services.keys()]);
  return new UserError(`there is no service "${name}" in this project`, {
    code: 'UNKNOWN_SERVICE',
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      `services here: ${serviceNames(services).join(', ')}`,
      `a new one needs a folder with a Dockerfile: ${servicesDirectory}/${name}/Dockerfile`,
    ],
  });
}
