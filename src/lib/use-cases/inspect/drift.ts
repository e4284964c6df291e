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
 * The fields in which containers of the project differ from what its files say now, or why that cannot be told; by
 * container name, none where all is as wanted. Asks the engine about those alone that are wanted with secrets: it knows
 * the containers only, so whether an image was built anew is for `plan` to say. `containers` are all that are seen of
 * the project; `shown` are those that are compared.
 */
export async function findDrift(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
  shown = containers,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const resolution = await resolve(opened, containers);
  if (resolution === undefined) return new Map();
  const wanted = new Map(resolution.instances.map((resolved) => [resolved.spec.container, resolved]));
  const network = networkName(opened.owner.name);
  const unread = new Set<string>();
  const compared = await withSecrets(
    opened.engine,
    shown,
    resolution.instances.filter(isKnown).map(({ spec }) => spec),
    (name) => unread.add(name),
  );
  const differences = (container: ObservedContainer): readonly string[] => {
    const resolved = wanted.get(container.name);
    if (container.ownership === undefined) return [];
    if (resolved === undefined) return unknownTo(opened, container.ownership);
    if (!isKnown(resolved)) return reasons(resolved);
    return [...instanceDifferences(container, resolved.spec), ...linkDifferences(container, containers, network)].map(
      ({ field }) => field,
    );
  };
  return new Map(
    compared.flatMap((container) => {
      // Who lists instances wants to see them all the same.
      const fields = [...differences(container), ...(unread.has(container.name) ? ['its secrets cannot be read'] : [])];
      return fields.length === 0 ? [] : [[container.name, fields] as const];
    }),
  );
}

function isKnown({ lacksInterfaces, missing, problems }: ResolvedInstance): boolean {
  return !lacksInterfaces && missing.length === 0 && problems.length === 0;
}

/** Why nobody can say what is wanted of it; an interface of a host that is not looked at is none of its mistakes. */
function reasons({ missing, problems }: ResolvedInstance): readonly string[] {
  const variables = [...new Set(missing.map(({ name }) => name))];
  return [
    ...variables.map((name) => `${name} has no value`),
    ...(problems.length === 0 ? [] : ['see dockerops validate']),
  ];
}

/** Instances made by hand of a service that is there are nobody's mistake. */
function unknownTo({ project }: ObservedProject, { service }: { readonly service: string }): readonly string[] {
  return project.services.has(service) ? [] : ['its service no longer exists'];
}

/** Nothing to compare with where instances are not even known; `plan` and `run` say what is wrong. */
async function resolve(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
): Promise<Resolution | undefined> {
  const { project, client, environment, keys } = opened;
  const observed = seenInContainers(containers);
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
    // The host matters only to who asks for an address of one of its interfaces.
    const first = resolveWith({ local: false, hostname: '', client });
    return first.lacksInterfaces ? resolveWith(await hostFacts(opened, resolveWith, containers)) : first;
  } catch (error) {
    if (error instanceof DockeropsError) return undefined;
    throw error;
  }
}

/**
 * The engine is asked for its name only where it may run on this machine: Docker Desktop's socket is here, and its host
 * is not.
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

/**
 * A container has the labels of its image, which tell what it is built on; and while it runs, the ports that its image
 * exposes.
 */
function seenInContainers(containers: readonly ObservedContainer[]): ObservedState {
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

/** Published when it was made: known also while it does not run. */
function portsOf({ ownership }: ObservedContainer): readonly PortSpec[] {
  return ownership?.spec.ports ?? [];
}
