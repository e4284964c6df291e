import type { Problem } from '../../errors.ts';
import { label } from '../../labels.ts';
import { findNearest } from '../../did-you-mean.ts';
import { type SwitchName, switchNames, switchTable } from '../../switches.ts';
import {
  type ExplainedVariable,
  type MissingVariable,
  resolveEnvironment,
  type ResolvedEnvironment,
} from './environment.ts';
import { type ImageFacts, imageFacts } from './image-facts.ts';
import { sshFiles } from './instance-files.ts';
import { resolveLinks, type ResolvedLinks } from './links.ts';
import { resolveMounts } from './mounts.ts';
import type { ResolvedPorts } from './ports.ts';
import type { InstanceSpec, LinkSpec, MountSpec, Origin } from '../../model/desired.ts';
import { publishedPorts } from './published-ports.ts';
import { resolveCommand } from './command.ts';
import { containerName, isOnHostNetwork, type ResolveContext, sourcesOf } from './context.ts';
import { resolveNetwork } from './network.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';
import { list, pairs, resolveHealthcheck, resolveRuntime, runtimeProblems } from './runtime.ts';
import { resolveSecrets } from './secrets.ts';
import { isAutostarted, type Selected } from './select-entries.ts';
import { isDnsService } from '../../model/dns-service.ts';
import { resolveSwitches, type ResolvedSwitches } from './switches.ts';
import { plainText } from '../../model/template.ts';
import type { Candidate } from './variables.ts';
import { writablePlaces } from './writable-places.ts';

/** One instance as it shall be, with everything that is to be said about it. */
export interface ResolvedInstance {
  readonly spec: InstanceSpec;
  /** That of run.conf which applies to it. */
  readonly entry: RunConfEntry | undefined;
  readonly variables: readonly ExplainedVariable[];
  readonly switches: ResolvedSwitches;
  readonly missing: readonly MissingVariable[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  readonly lacksInterfaces: boolean;
}

/** Resolves one instance of a run. Throws nothing: what is missing or wrong comes with the result. */
export function resolveInstance(selected: Selected, context: ResolveContext): ResolvedInstance {
  const { entry, instance, key } = selected;
  const { project, request } = context;
  const switches = resolveSwitches(instance, entry, request.switches);
  const on = (name: keyof ResolvedSwitches['switches']): boolean => switches.switches[name].value;
  const image = imageFacts(selected.service, entry?.values.image, {
    project: project.place.name,
    services: project.services,
    images: context.observed.images,
  });
  const links = on('linked') && !isOnHostNetwork(entry) ? findLinks(selected, context) : noLinks;
  const secrets = resolveSecrets({
    ...sourcesOf(context, entry),
    key,
    directory: project.place.directory,
    files: project.secretFiles,
    image,
    safemode: on('safemode'),
  });
  const environment = resolveVariables(
    selected,
    switches,
    { ...links.variables, ...secrets.variables },
    links.unmet,
    context,
  );
  const ports = publishedPorts({ selected, switches, image, environment }, context);
  const specVariables = environment.variables.map(({ name, value, secret }) => ({ name, value, secret }));
  const network = resolveNetwork({ selected, linked: on('linked'), image, links, environment: specVariables }, context);
  const mounts = resolveMounts({
    project: project.place.name,
    projectDirectory: project.place.directory,
    dataDirectory: project.place.dataDirectory,
    service: selected.service.name,
    instance,
    entry,
    switches: switches.switches,
  });
  const command = resolveCommand({ entry, asked: request.switches.seedCommand, interactive: on('interactive'), image });
  const healthcheck = resolveHealthcheck(entry?.values.healthcheck);
  const depends = dependencies(selected, context);
  const written = [...mounts.mounts, ...zoneVolume(selected, context), ...secrets.mounts];
  const own =
    entry?.values.read_only === true && image.base !== undefined
      ? writablePlaces(written, list(entry.values.tmpfs) ?? [])
      : { mounts: [], tmpfs: [] };
  const ssh =
    image.base === undefined
      ? []
      : sshFiles(key, { between: entry?.values.ssh_between !== false, sshdOff: network.network.mode === 'host' });
  const spec: InstanceSpec = {
    key,
    container: containerName(project, key),
    service: selected.service.name,
    instance,
    type: switches.type.value,
    image: image.reference,
    hostname: entry?.values.hostname ?? network.hostname,
    ...(command.entrypoint === undefined ? {} : { entrypoint: command.entrypoint }),
    ...(command.command === undefined ? {} : { command: command.command }),
    environment: specVariables,
    files: [...ssh, ...network.files, ...secrets.files],
    network: network.network,
    ports: ports.ports,
    mounts: [...written, ...own.mounts],
    runtime: resolveRuntime({
      entry,
      type: switches.type.value,
      interactive: on('interactive'),
      tmpfs: [...secrets.tmpfs, ...own.tmpfs],
    }),
    ...(healthcheck === undefined ? {} : { healthcheck }),
    labels: labelsOf(selected, context),
    lease: network.lease,
    placement: { kind: 'engine' },
    after: [...new Set([...links.after, ...depends.after, ...dnsFirst(selected, on('linked'), context)])].sort(),
    sleepSeconds: entry?.values.sleep ?? 0,
    origins: { ...originsOf(selected, switches, environment, command.origin), ...secrets.origins },
  };
  return {
    spec,
    entry,
    switches,
    variables: environment.variables,
    lacksInterfaces: environment.lacksInterfaces || ports.lacksInterfaces,
    missing: [...environment.missing, ...secrets.missing, ...missingServiceIp(selected, switches, ports, environment)],
    problems: [
      ...switches.problems,
      ...image.problems,
      ...links.problems,
      ...environment.problems,
      ...ports.problems,
      ...network.problems,
      ...mounts.problems,
      ...command.problems,
      ...secrets.problems,
      ...depends.problems,
      ...runtimeProblems(entry),
      ...interactiveProblems(selected, switches, context),
    ],
    notices: [
      ...links.notices,
      ...environment.notices,
      ...ports.notices,
      ...network.notices,
      ...unheeded(selected, spec, image, context),
    ],
  };
}

const noLinks: ResolvedLinks = { links: [], variables: {}, unmet: [], after: [], problems: [], notices: [] };

function findLinks(selected: Selected, context: ResolveContext): ResolvedLinks {
  const { project, linkables, onHost } = context;
  return resolveLinks({
    selected,
    linkables,
    onHost,
    services: [...project.services.keys()],
    previous: previousLinks(selected, context),
  });
}

/** The links that the container has now. */
function previousLinks({ key, entry }: Selected, { own, project }: ResolveContext): readonly LinkSpec[] {
  if (entry?.values.links === undefined) return [];
  const network = own.find(({ name }) => name === containerName(project, key))?.ownership?.spec.network;
  return network?.mode === 'network' ? network.links : [];
}

function resolveVariables(
  selected: Selected,
  switches: ResolvedSwitches,
  derived: Readonly<Record<string, Candidate>>,
  unmet: ResolvedLinks['unmet'],
  context: ResolveContext,
): ResolvedEnvironment {
  const { service, instance, entry, key } = selected;
  const isDns = isDnsService(service.name);
  const isLinked = switches.switches.linked.value;
  return resolveEnvironment({
    ...sourcesOf(context, entry),
    key,
    facts: context.facts,
    required: service.kind === 'folder' ? service.required : [],
    derived: { ...(isLinked && !isDns ? projectDnsVariable(selected, context) : {}), ...derived },
    unmet,
    fixed: {
      SERVICE: service.name,
      INSTANCE: instance,
      INSTANCE_TYPE: switches.type.value,
      ...switchVariables(switches),
      HOST_HOSTNAME: context.facts.hostname,
    },
    known: ['SERVICE_IP', ...(isDns ? ['DNS_ZONE'] : isLinked ? ['DNS_SERVICE_IP', 'DNS_UPDATE_POLICY'] : [])],
  });
}

function switchVariables({ switches }: ResolvedSwitches): Readonly<Record<string, string>> {
  const told = switchNames.flatMap((name) => {
    const { variable } = switchTable[name];
    return variable === undefined ? [] : [[variable, switches[name].value ? 'True' : 'False'] as const];
  });
  return Object.fromEntries(told);
}

/** In a project with a DNS, names work without a word: the variable is there unless something else is said. */
function projectDnsVariable({ entry }: Selected, { dns }: ResolveContext): Readonly<Record<string, Candidate>> {
  if (dns?.target === undefined || isOnHostNetwork(entry)) return {};
  return {
    DNS_SERVICE_IP: {
      value: [{ addressOf: dns.target.container }],
      origin: { source: 'default', where: dns.where ?? 'the project has a DNS' },
    },
  };
}

function dnsFirst({ service, entry }: Selected, isLinked: boolean, { dns }: ResolveContext): readonly string[] {
  return isLinked && dns?.target?.isInRun === true && !isDnsService(service.name) && !isOnHostNetwork(entry)
    ? [dns.target.key]
    : [];
}

/** A master and the DNS are looked for by others: they must say where. */
function missingServiceIp(
  { key, service }: Selected,
  { type, switches }: ResolvedSwitches,
  { ports }: ResolvedPorts,
  { variables }: ResolvedEnvironment,
): readonly MissingVariable[] {
  const mustSay = type.value === 'master' || isDnsService(service.name);
  const isGiven = variables.some(({ name, value }) => name === 'SERVICE_IP' && plainText(value) !== '');
  if (!mustSay || isGiven || !switches.publish_ports.value || ports.length === 0) return [];
  const what = isDnsService(service.name) ? 'the DNS' : 'an instance of type master';
  return [
    {
      name: 'SERVICE_IP',
      key,
      secret: false,
      reason: `${what} that publishes ports must say on which address: an address of the host, from_<interface>, or publish_ports=False`,
    },
  ];
}

function zoneVolume({ service, key }: Selected, { project }: ResolveContext): readonly MountSpec[] {
  if (!isDnsService(service.name)) return [];
  return [
    {
      kind: 'volume',
      volume: `dockerops-${project.place.name}-${key}-zone`,
      target: '/var/lib/dockerops-dns',
      readOnly: false,
      lifetime: 'instance',
    },
  ];
}

function labelsOf({ entry, unnamed }: Selected, { project }: ResolveContext): InstanceSpec['labels'] {
  return {
    ...(entry?.values.labels === undefined ? {} : pairs(entry.values.labels)),
    ...(project.confPath === undefined ? {} : { [label.conf]: project.conf.file }),
    ...(unnamed ? { [label.unnamed]: 'true' } : {}),
  };
}

function likely(name: string, known: readonly string[]): { readonly suggestion: string } {
  const nearest = findNearest(name, known);
  return { suggestion: nearest === undefined ? `there are ${known.join(', ')}` : `did you mean "${nearest}"?` };
}

function dependencies(
  { entry, key }: Selected,
  { selected, project }: ResolveContext,
): { readonly after: readonly string[]; readonly problems: readonly Problem[] } {
  const wanted = entry?.values.depends_on ?? [];
  if (wanted.length === 0) return { after: [], problems: [] };
  const known = new Set([
    ...project.services.keys(),
    ...selected.map((each) => each.key),
    ...project.conf.entries.flatMap(({ values: { service, instance } }) =>
      typeof instance === 'string' ? [`${service}-${instance}`] : [],
    ),
  ]);
  return {
    after: selected
      .filter((other) => other.key !== key && (wanted.includes(other.key) || wanted.includes(other.service.name)))
      .map((other) => other.key),
    problems: wanted.flatMap((name, index) =>
      known.has(name) || entry === undefined
        ? []
        : [
            {
              where: placeIn(entry, `depends_on.${String(index)}`),
              message: `"${name}" is neither a service nor a <service>-<instance> of this project`,
              ...likely(name, [...known]),
            },
          ],
    ),
  };
}

function interactiveProblems(
  { key, entry }: Selected,
  { switches }: ResolvedSwitches,
  { request }: ResolveContext,
): readonly Problem[] {
  const { value, origin } = switches.interactive;
  if (!value || request.target === 'service') return [];
  // Started by hand, it has had a terminal; in a group it would be started among others.
  if (request.target !== 'group' && entry !== undefined && !isAutostarted(entry)) return [];
  const byType =
    entry !== undefined && origin.source === 'instance type'
      ? placeIn(entry, entry.values.instance_type === undefined ? 'instance' : 'instance_type')
      : undefined;
  return [
    {
      where: byType ?? origin.where ?? origin.source,
      message: `${key} is interactive, and only one instance at a time can have the terminal`,
      suggestion: `give its entry "autostart": false, or "interactive": false, and run it by itself`,
    },
  ];
}

/** What is written and will have no effect, or not the one meant. */
function unheeded(
  { entry, key }: Selected,
  { mounts }: InstanceSpec,
  image: ImageFacts,
  { facts, project }: ResolveContext,
): readonly string[] {
  if (entry === undefined) return [];
  const isOfProject = (path: string): boolean =>
    path === project.place.directory || path.startsWith(`${project.place.directory}/`);
  const away = facts.local
    ? []
    : mounts.flatMap((mount) => (mount.kind === 'bind' && isOfProject(mount.source) ? [mount.source] : []));
  return [
    ...(entry.values.safemode === true && image.base === undefined
      ? [
          `${placeIn(entry, 'safemode')}: ${image.reference} is not on a base image, so there are no entrypoints that safemode could skip`,
        ]
      : []),
    ...away.map(
      (source) => `${key} mounts ${source}: that is a directory of host ${facts.hostname}, not of this machine`,
    ),
  ];
}

/** What of the spec a switch decides, by its path. */
function fieldsOf(name: SwitchName): readonly string[] {
  const { decides, keeps } = switchTable[name];
  return [...(decides === undefined ? [] : [decides]), ...(keeps === undefined ? [] : [`mounts.${keeps.target}`])];
}

function originsOf(
  { entry }: Selected,
  { type, switches }: ResolvedSwitches,
  { variables }: ResolvedEnvironment,
  command: Origin | undefined,
): InstanceSpec['origins'] {
  const written = (key: string, field: string): readonly (readonly [string, Origin])[] =>
    entry?.places[key] === undefined ? [] : [[field, { source: 'run.conf', where: placeIn(entry, key) }]];
  return Object.fromEntries([
    ['type', type.origin],
    ...switchNames.flatMap((name) => fieldsOf(name).map((field) => [field, switches[name].origin] as const)),
    ...written('links', 'network.links'),
    ...written('depends_on', 'after'),
    ...written('ports', 'ports'),
    ...written('volumes', 'mounts'),
    ...written('hostname', 'hostname'),
    ...written('image', 'image'),
    ...written('healthcheck', 'healthcheck'),
    ...written('labels', 'labels'),
    ...written('mem_limit', 'runtime.memoryBytes'),
    ...written('cpus', 'runtime.cpus'),
    ...written('restart', 'runtime.restart'),
    ...written('network_mode', 'network.mode'),
    ...written('nethost', 'network.mode'),
    ...(command === undefined ? [] : [['command', command] as const]),
    ...variables.map(({ name, origin }) => [`environment.${name}`, origin] as const),
  ]);
}
