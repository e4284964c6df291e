import { DockeropsError } from '../../errors.ts';
import { label } from '../../labels.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { nothingObserved } from '../../observe/observe.ts';
import { withSecrets } from '../../observe/secrets.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { linkDifferences } from '../../plan/spec/link-differences.ts';
import { instanceDifferences } from '../../plan/spec/differences.ts';
import { networkName } from '../../project/find-project.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { PortSpec } from '../../model/desired.ts';
import { resolveProject, type Resolution } from '../../project/resolve/resolve.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { ObservedProject } from '../open-project.ts';
import { withRecordedAddresses } from '../facts/recorded-addresses.ts';

/**
 * The fields in which containers differ from the project's files, or why they cannot be compared, by container name.
 * Asks the engine only about instances with secrets. It does not notice new images; `plan` does. `containers` are all
 * of the project, `shown` those to compare.
 */
export async function findDrift(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
  shown = containers,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const resolution = await resolve(opened, containers);
  if (resolution === undefined) return new Map();
  const desired = new Map(resolution.instances.map((resolved) => [resolved.spec.container, resolved]));
  const network = networkName(opened.owner.name);
  const unreadable = new Set<string>();
  const compared = await withSecrets(
    opened.engine,
    shown,
    resolution.instances.filter(isKnown).map(({ spec }) => spec),
    (name) => unreadable.add(name),
  );
  const differences = (container: ObservedContainer): readonly string[] => {
    const resolved = desired.get(container.name);
    if (container.ownership === undefined) return [];
    if (resolved === undefined) return unknownTo(opened, container.ownership);
    if (!isKnown(resolved)) return reasons(resolved);
    return [...instanceDifferences(container, resolved.spec), ...linkDifferences(container, containers, network)].map(
      ({ field }) => field,
    );
  };
  return new Map(
    compared.flatMap((container) => {
      // A container whose secrets cannot be read is still listed.
      const fields = [
        ...differences(container),
        ...(unreadable.has(container.name) ? ['its secrets cannot be read'] : []),
      ];
      return fields.length === 0 ? [] : [[container.name, fields] as const];
    }),
  );
}

function isKnown({ lacksInterfaces, missing, problems }: ResolvedInstance): boolean {
  return !lacksInterfaces && missing.length === 0 && problems.length === 0;
}

/** Why an instance cannot be compared. A missing address of a remote host's interface is no problem of the instance. */
function reasons({ missing, problems }: ResolvedInstance): readonly string[] {
  const variables = [...new Set(missing.map(({ name }) => name))];
  return [
    ...variables.map((name) => `${name} has no value`),
    ...(problems.length === 0 ? [] : ['see dockerops validate']),
  ];
}

/** A container without an entry is no drift while its service exists. */
function unknownTo({ project }: ObservedProject, { service }: { readonly service: string }): readonly string[] {
  return project.services.has(service) ? [] : ['its service no longer exists'];
}

/** Undefined if run.conf does not even tell which instances there are; `plan` and `run` report its problems. */
async function resolve(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
): Promise<Resolution | undefined> {
  const { project, client, environment, keys } = opened;
  const observed = stateFromContainers(containers);
  const resolveWith = (facts: HostFacts): Resolution =>
    resolveProject({
      project,
      facts,
      environment,
      observed,
      existingKeys: keys.existing(),
      newName: () => '',
      request: { target: 'all', switches: {} },
    });
  try {
    // The facts of the host are needed only if a value is the address of one of its interfaces.
    const first = resolveWith({ local: false, hostname: '', client });
    return first.lacksInterfaces ? resolveWith(await hostFacts(opened, resolveWith, containers)) : first;
  } catch (error) {
    if (error instanceof DockeropsError) return undefined;
    throw error;
  }
}

/**
 * Asks the engine for its host name only if it may be this machine: the socket of Docker Desktop is here, but its host
 * is another.
 */
async function hostFacts(
  { engine, client }: ObservedProject,
  resolveWith: (facts: HostFacts) => Resolution,
  containers: readonly ObservedContainer[],
): Promise<HostFacts> {
  const { hostname } = engine.address.startsWith('unix:') ? await engine.facts() : { hostname: '' };
  const facts = gatherHostFacts(engine.address, { hostname }, client);
  return withRecordedAddresses(facts, resolveWith(facts), containers);
}

/** The images as far as containers tell them: labels, and for running containers exposed ports. */
function stateFromContainers(containers: readonly ObservedContainer[]): ObservedState {
  const images = containers.map((container) => {
    const { imageId, labels, created, ports } = container;
    return {
      id: imageId,
      references: [labels[label.image] ?? ''],
      labels,
      created,
      exposed: [...ports, ...portsOf(container)].map(({ container: port, protocol }) => `${String(port)}/${protocol}`),
    };
  });
  return { ...nothingObserved, containers, images };
}

/** Ports that were published when it was created; known also while it is stopped. */
function portsOf({ ownership }: ObservedContainer): readonly PortSpec[] {
  return ownership?.spec.ports ?? [];
}
