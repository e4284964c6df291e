import { UserError, type Problem } from '../../errors.ts';
import type { MissingVariable } from './environment.ts';
import { networkName } from '../find-project.ts';
import { unknownInterface } from './host-address.ts';
import { resolveImages } from './image-specs.ts';
import { clientKey, dnsKey, hostAuthority, hostKey } from './instance-files.ts';
import type { Environment } from '../find-project.ts';
import type { LoadedProject } from '../load-project.ts';
import type { Desired, InstanceSpec, KeySpec, NetworkSpec, Owner, Template } from '../../model/desired.ts';
import { containerName, makeContext, type ResolveInput } from './context.ts';
import { resolveInstance, type ResolvedInstance } from './instance.ts';
import { selectEntries, type Selected } from './select-entries.ts';
import { isDnsService } from '../../model/dns-service.ts';

export interface Resolution {
  readonly desired: Desired;
  /** One for each of `desired.instances`, in the same order. */
  readonly instances: readonly ResolvedInstance[];
  readonly problems: readonly Problem[];
  readonly missing: readonly MissingVariable[];
  readonly notices: readonly string[];
  /** Addresses stand as `<eth0 of host X>`: the host's interfaces are not known. */
  readonly lacksInterfaces: boolean;
}

/**
 * From what the project's files say to what is wanted, for the instances that a request means. Pure; all problems and missing
 * variables come together, and while there are any, `desired` is not to be applied. Throws for an unknown service or group.
 */
export function resolveProject(input: ResolveInput): Resolution {
  const { project, request } = input;
  const selection = selectEntries({
    project: project.place.name,
    conf: project.conf,
    services: project.services,
    servicesDirectory: project.place.servicesDirectory,
    request,
    observed: input.observed,
    newName: input.newName,
  });
  const context = makeContext(input, selection.selected);
  const instances = selection.selected.map((selected) => resolveInstance(selected, context));
  const specs = instances.map(({ spec }) => spec);
  const network = networkSpec(project.place.name, input.environment);
  const images = imagesOf(selection.selected, specs, project);
  return {
    instances,
    desired: {
      owner: ownerOf(input),
      ...(network.spec === undefined ? {} : { network: network.spec }),
      keys: keysOf(specs, input.existingKeys, context.dns?.zone),
      images: images.images,
      instances: specs,
      complete: request.target === 'all',
      ...(selection.notAutostarted.length === 0
        ? {}
        : { notAutostarted: selection.notAutostarted.map((key) => containerName(project, key)) }),
    },
    problems: unique([
      ...selection.problems,
      ...network.problems,
      ...severalDns(selection.selected),
      ...images.problems,
      ...instances.flatMap(({ problems }) => problems),
      ...circles(specs),
    ]),
    missing: instances.flatMap(({ missing }) => missing),
    notices: [...new Set([...selection.notices, ...instances.flatMap(({ notices }) => notices)])],
    lacksInterfaces:
      instances.some(({ lacksInterfaces }) => lacksInterfaces) || needsUnknownDns(specs, context.dns?.serviceIp),
  };
}

/** Which machine this is takes Node's crypto to tell, so it is looked up when something is made. */
function ownerOf({ project, facts: { client } }: Pick<ResolveInput, 'project' | 'facts'>): Owner {
  return {
    kind: 'project',
    name: project.place.name,
    path: project.place.directory,
    get machine() {
      return client.machine;
    },
  };
}

/** One error for everything that stands in the way. */
export function unresolved({ problems, missing }: Pick<Resolution, 'problems' | 'missing'>): UserError {
  const wanted = missing.map(({ name, key, reason, where }): Problem => ({
    ...(where === undefined || where === '' ? {} : { where }),
    message: `${key} needs ${name}: ${reason}`,
    suggestion: `${name}=<value> dockerops …, or in host.conf: "${name}": "<value>"`,
  }));
  const all = [...problems, ...wanted];
  const names = [...new Set(missing.map(({ name }) => name))].sort();
  const message =
    problems.length === 0
      ? `missing: ${names.join(', ')}`
      : `the project has ${all.length === 1 ? '1 problem' : `${String(all.length)} problems`}`;
  return new UserError(message, {
    code: problems.length === 0 ? 'MISSING_VARIABLES' : 'INVALID_PROJECT',
    problems: all,
  });
}

const defaultRange = '10.210.0.0/16';
const defaultPrefix = 22;

export function networkSpec(
  project: string,
  environment: Environment,
): { readonly spec: NetworkSpec | undefined; readonly problems: readonly Problem[] } {
  const written = environment['DOCKEROPS_SUBNETS']?.trim();
  const range = written === undefined || written === '' ? defaultRange : written;
  const [, a, b, c, d, prefix = ''] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(range) ?? [];
  const isRange =
    [a, b, c, d].every((part) => part !== undefined && Number(part) <= 255) &&
    Number(prefix) >= 8 &&
    Number(prefix) <= 28;
  if (!isRange)
    return {
      spec: undefined,
      problems: [
        {
          where: 'DOCKEROPS_SUBNETS',
          message: `"${range}" is not a range of addresses for networks`,
          suggestion: `write it like ${defaultRange}; sizes are /8 to /28`,
        },
      ],
    };
  return { spec: { name: networkName(project), range, prefix: Math.max(defaultPrefix, Number(prefix)) }, problems: [] };
}

function imagesOf(
  selected: readonly Selected[],
  specs: readonly InstanceSpec[],
  project: LoadedProject,
): ReturnType<typeof resolveImages> {
  const fromRegistry = selected.flatMap(({ service, entry }, index) => {
    const reference = specs[index]?.image ?? '';
    return service.kind === 'image' || entry?.values.image !== undefined
      ? [{ service: service.name, reference, platform: entry?.values.platform }]
      : [];
  });
  return resolveImages(
    selected.filter(({ entry }) => entry?.values.image === undefined).map(({ service }) => service),
    fromRegistry,
    project,
  );
}

/** The keys that the instances' files refer to. Host keys live and go with their container. */
function keysOf(
  specs: readonly InstanceSpec[],
  existing: ReadonlySet<string>,
  zone: string | undefined,
): readonly KeySpec[] {
  const names = new Set(
    specs
      .flatMap(({ files }) => files)
      .flatMap(({ content }) => content)
      .flatMap(keyNames),
  );
  const project = [
    { name: clientKey, kind: 'ssh' },
    { name: hostAuthority, kind: 'ssh' },
    { name: dnsKey, kind: 'secret' },
  ] as const;
  return [
    ...project
      .filter(({ name }) => names.has(name))
      .map((key): KeySpec => ({ ...key, keep: 'project', exists: existing.has(key.name) })),
    ...specs
      .filter(({ key }) => names.has(hostKey(key)))
      .map((spec): KeySpec => ({
        name: hostKey(spec.key),
        kind: 'ssh',
        keep: 'instance',
        exists: false,
        certify: { by: hostAuthority, principals: hostNames(spec, zone) },
      })),
  ];
}

/** The address of a DNS that is not itself part of the run. */
function needsUnknownDns(specs: readonly InstanceSpec[], address: string | undefined): boolean {
  return (
    address !== undefined &&
    unknownInterface(address) !== undefined &&
    JSON.stringify(specs).includes(JSON.stringify(address).slice(1, -1))
  );
}

/** All names by which others may reach it. The service's is shared by its instances. */
function hostNames(
  { key, service, container, hostname, network }: InstanceSpec,
  ownZone: string | undefined,
): readonly [string, ...string[]] {
  const zone = ownZone ?? (network.mode === 'network' ? network.resolver?.search : undefined);
  const more = new Set([
    service,
    hostname,
    container,
    ...(zone === undefined ? [] : [`${key}.${zone}`, `${service}.${zone}`]),
  ]);
  more.delete(key);
  return [key, ...more];
}

function severalDns(selected: readonly Selected[]): readonly Problem[] {
  const [first, ...more] = selected.filter(({ service }) => isDnsService(service.name));
  return more.map(({ key, entry }) => ({
    ...(entry === undefined ? {} : { where: entry.where }),
    message: `${key} is a second DNS; a project has one (${first?.key ?? ''})`,
    suggestion: 'take one of the entries out',
  }));
}

function keyNames(piece: Template[number]): readonly string[] {
  if (typeof piece === 'string') return [];
  if ('privateKey' in piece) return [piece.privateKey];
  if ('publicKey' in piece) return [piece.publicKey];
  if ('certificate' in piece) return [piece.certificate];
  return 'secret' in piece ? [piece.secret] : [];
}

/** Instances that would wait for each other. */
function circles(specs: readonly InstanceSpec[]): readonly Problem[] {
  const byKey = new Map(specs.map((spec) => [spec.key, spec]));
  const finished = new Set<string>();
  const problems: Problem[] = [];
  const visit = (key: string, path: readonly string[]): void => {
    const start = path.indexOf(key);
    if (start >= 0)
      problems.push({
        ...placeOfOrder(byKey.get(path.at(-1) ?? '')),
        message: `these wait for each other: ${[...path.slice(start), key].join(' -> ')}`,
        suggestion: 'take one of the links or "depends_on" out; names of the DNS need no order',
      });
    if (start >= 0 || finished.has(key)) return;
    for (const next of byKey.get(key)?.after ?? []) visit(next, [...path, key]);
    finished.add(key);
  };
  for (const { key } of specs) visit(key, []);
  return problems;
}

/** Where the last of them says after whom it comes. */
function placeOfOrder(spec: InstanceSpec | undefined): { readonly where?: string } {
  const where = (spec?.origins['after'] ?? spec?.origins['network.links'])?.where;
  return where === undefined ? {} : { where };
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  const texts = problems.map((problem) => JSON.stringify(problem));
  return problems.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}
