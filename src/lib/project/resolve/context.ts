import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { networkName, type Environment } from '../find-project.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { Linkable, Unlinkable } from './links.ts';
import { envFilesOf, type LoadedProject } from '../load-project.ts';
import { findProjectDns, type ProjectDns } from './dns.ts';
import type { RunConfEntry } from '../conf/run-conf-entry.ts';
import type { RunRequest } from '../../model/run-request.ts';
import type { Selected } from './select-entries.ts';
import type { VariableSources } from './variables.ts';

/** All that resolving looks at. The same input gives the same result. */
export interface ResolveInput {
  readonly project: LoadedProject;
  readonly request: RunRequest;
  readonly facts: HostFacts;
  readonly observed: ObservedState;
  readonly environment: Environment;
  /** Names of the project's keys that are there already. */
  readonly existingKeys: ReadonlySet<string>;
  /** 8 hex digits for an instance without a name, drawn by the command. */
  readonly newName: () => string;
}

/** The input with what all instances of the run have in common. */
export interface ResolveContext extends ResolveInput {
  readonly network: string;
  readonly selected: readonly Selected[];
  readonly own: readonly ObservedContainer[];
  readonly linkables: readonly Linkable[];
  readonly onHost: readonly Unlinkable[];
  readonly dns: ProjectDns | undefined;
}

export function containerName(project: LoadedProject, key: string): string {
  return `${project.place.name}-${key}`;
}

export function isOnHostNetwork(entry: RunConfEntry | undefined): boolean {
  return entry?.values.network_mode !== undefined || entry?.values.nethost === true;
}

export function sourcesOf({ project, environment }: ResolveInput, entry: RunConfEntry | undefined): VariableSources {
  // Of several files the last one named counts.
  const files = entry === undefined ? [] : envFilesOf(entry).toReversed();
  return {
    environment,
    hostConf: project.hostConf,
    entry,
    fileVariables: files.flatMap((file) => project.envFiles[file] ?? []),
  };
}

export function makeContext(input: ResolveInput, selected: readonly Selected[]): ResolveContext {
  const { project, observed, facts } = input;
  const network = networkName(project.place.name);
  const own = observed.containers.filter(
    ({ ownership }) => ownership?.owner.kind === 'project' && ownership.owner.name === project.place.name,
  );
  return {
    ...input,
    network,
    selected,
    own,
    linkables: findLinkables(project, selected, own, network),
    onHost: project.conf.entries.flatMap((entry) =>
      isOnHostNetwork(entry)
        ? [
            {
              key: `${entry.values.service}-${entry.values.instance ?? ''}`,
              service: entry.values.service,
              instance: entry.values.instance ?? '',
            },
          ]
        : [],
    ),
    dns: findProjectDns({
      conf: project.conf,
      selected,
      own,
      facts,
      containerOf: (key) => containerName(project, key),
      sourcesOf: (entry) => sourcesOf(input, entry),
    }),
  };
}

/** What runs on the project's network, and what this run will start there. */
function findLinkables(
  project: LoadedProject,
  selected: readonly Selected[],
  own: ResolveContext['own'],
  network: string,
): readonly Linkable[] {
  const running = own.filter(({ state, addresses }) => state === 'running' && (addresses[network] ?? '') !== '');
  const inRun = selected.filter(({ entry }) => !isOnHostNetwork(entry));
  const keys = new Set(inRun.map(({ key }) => key));
  const created = new Map(running.map((container) => [container.name, container.created]));
  const runningSince = (container: string): number | undefined => created.get(container);
  return [
    ...inRun.map(({ key, service, instance }) => ({
      key,
      service: service.name,
      instance,
      container: containerName(project, key),
      runningSince: runningSince(containerName(project, key)),
      isInRun: true,
    })),
    ...running.flatMap(({ name, ownership }) =>
      ownership === undefined || keys.has(ownership.key)
        ? []
        : [
            {
              key: ownership.key,
              service: ownership.service,
              instance: ownership.instance,
              container: name,
              runningSince: runningSince(name),
              isInRun: false,
            },
          ],
    ),
  ];
}
