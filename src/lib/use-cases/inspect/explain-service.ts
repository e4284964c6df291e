import { basename } from 'node:path/posix';
import type { Problem } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { observe } from '../../observe/observe.ts';
import { withSecrets } from '../../observe/secrets.ts';
import type { ContainerState, Health, ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import type { Difference } from '../../plan/plan.ts';
import { ownContainers } from '../../plan/ownership.ts';
import { planRun } from '../../plan/plan-run.ts';
import type { ExposedPort } from '../../project/dockerfile/exposed-ports.ts';
import { imageFacts } from '../../project/resolve/images/image-facts.ts';
import { resolveImages } from '../../project/resolve/images/image-specs.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { Desired, ImageSpec, LinkSpec, MountSpec, NetworkSpec, PortSpec } from '../../model/desired.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { InstanceType } from '../../switches.ts';
import { unknownService, type Service } from '../../project/services.ts';
import type { Chosen } from '../../project/resolve/switches.ts';
import { hashedImages } from '../facts/hashed-images.ts';
import { addressOf } from './list-instances.ts';
import { withRegistryImages } from '../facts/registry-images.ts';
import type { ObservedProject } from '../open-project.ts';
import { withRecordedAddresses } from '../facts/recorded-addresses.ts';
import { resolveEntries, resolveRequest, undrawnName, type EntriesInput } from './resolve-entries.ts';

export interface ImageInfo {
  readonly reference: string;
  readonly id?: string;
  /** Seconds since 1970. */
  readonly created?: number;
  readonly state: 'current' | 'older than its source' | 'not built by dockerops' | 'missing' | 'from a registry';
  /** Of what its source is now, and of what the image was built from. */
  readonly sourceHash?: string;
  readonly builtHash?: string;
  readonly parents: readonly string[];
}

export interface InstanceInfo {
  readonly key: string;
  readonly instance: string;
  readonly type: Chosen<InstanceType>;
  readonly state: ContainerState | 'none';
  readonly health?: Health;
  readonly address: string;
  readonly container?: string;
  readonly switches: Readonly<Record<string, Chosen<boolean>>>;
  /** Names of its own for others, and to which containers they lead. */
  readonly links: readonly LinkSpec[];
  readonly ports: readonly PortSpec[];
  readonly mounts: readonly MountSpec[];
  /** Names under /run/secrets. */
  readonly secrets: readonly string[];
  /** Keys of instances that are ready before it starts. */
  readonly after: readonly string[];
  readonly differences: readonly Difference[];
}

export interface ServiceInfo {
  readonly service: string;
  readonly kind: Service['kind'];
  readonly directory?: string;
  readonly image: ImageInfo;
  readonly ports: readonly ExposedPort[];
  readonly entries: readonly { readonly where: string; readonly instance: string | null; readonly group?: string }[];
  readonly instances: readonly InstanceInfo[];
  /** Of its instances and of the project as a whole; while there are any, nobody can say what differs. */
  readonly problems: readonly Problem[];
}

/**
 * One service in detail: what its files say, what its image is, and each of its instances beside what is wanted of it.
 */
export async function explainService(opened: ObservedProject, name: string): Promise<ServiceInfo> {
  const { project, engine, owner, client, environment, keys } = opened;
  const service = project.services.get(name);
  if (service === undefined) throw unknownService(name, project.services, project.place.servicesDirectory);
  const observed = await withRegistryImages(engine, await observe(engine), project);
  const containers = [...ownContainers(owner, observed).values()].filter(
    ({ ownership }) => ownership?.service === name,
  );
  const input = {
    project,
    observed,
    environment,
    existingKeys: keys.existing(),
    facts: gatherHostFacts(engine.address, observed.engine, client),
  };
  const facts = withRecordedAddresses(input.facts, resolveEntries(input), observed.containers);
  const { resolved, network, problems } = resolveAll({ ...input, facts }, name, containers);
  const image = imageFacts(service, resolved[0]?.spec.image, {
    project: owner.name,
    services: project.services,
    images: observed.images,
  });
  const own = imageFacts(service, undefined, {
    project: owner.name,
    services: project.services,
    images: observed.images,
  });
  const images = await hashedImages(
    resolveImages([service], service.kind === 'image' ? [{ service: name, reference: image.reference }] : [], project)
      .images,
    observed,
    opened,
  );
  const instances = resolved.map(({ spec }) => spec);
  const seen = { ...observed, containers: await withSecrets(engine, observed.containers, instances) };
  const differences: DifferencesByKey =
    problems.length > 0
      ? new Map()
      : findDifferences(
          { owner, keys: [], images, instances, complete: false, ...(network === undefined ? {} : { network }) },
          seen,
          facts,
        );
  const entries = project.conf.entries.filter(({ values }) => values.service === name);
  return {
    service: name,
    kind: service.kind,
    problems,
    ...(service.kind === 'folder' ? { directory: service.directory } : {}),
    ports: own.ports,
    image: imageInfo(service.kind === 'image' ? image.reference : own.reference, images, observed),
    entries: entries.map(({ where, values }) => ({
      where,
      instance: values.instance ?? null,
      ...(values.group === undefined ? {} : { group: values.group }),
    })),
    instances: resolved.map((each) =>
      instanceInfo(
        each,
        containers.find((container) => container.name === each.spec.container),
        differences.get(each.spec.key) ?? [],
      ),
    ),
  };
}

interface ResolvedService {
  readonly resolved: readonly ResolvedInstance[];
  readonly network: NetworkSpec | undefined;
  readonly problems: readonly Problem[];
}

/** Those of the run conf, then those that were made by hand. */
function resolveAll(input: EntriesInput, service: string, containers: readonly ObservedContainer[]): ResolvedService {
  const { instances, desired, problems } = resolveEntries(input);
  const written = instances.filter(
    ({ spec }) => spec.service === service && (spec.instance !== undrawnName || containers.length === 0),
  );
  const byHand = containers.filter(({ name }) => !written.some(({ spec }) => spec.container === name));
  const others = byHand.flatMap(
    ({ ownership }) =>
      resolveRequest(input, { target: 'service', service, instance: ownership?.instance ?? '', switches: {} })
        .instances,
  );
  const resolved = [...written, ...others];
  const ofInstances = new Set(instances.flatMap((each) => each.problems));
  return {
    resolved,
    network: desired.network,
    problems: [
      ...problems.filter((problem) => !ofInstances.has(problem)),
      ...resolved.flatMap((each) => each.problems),
    ],
  };
}

type DifferencesByKey = ReadonlyMap<string, readonly Difference[]>;

/** What `plan` would say differs, by the key of the instance. */
function findDifferences(desired: Desired, observed: ObservedState, facts: HostFacts): DifferencesByKey {
  const plan = planRun(desired, observed, facts, {
    replace: 'never',
    build: 'missing',
    wait: false,
    timeoutSeconds: 0,
  });
  return new Map(plan.verdicts.map(({ key, differences }) => [key, differences]));
}

function imageInfo(reference: string, images: readonly ImageSpec[], observed: ObservedState): ImageInfo {
  const canonical = canonicalReference(reference);
  const spec = images.find((image) => canonicalReference(image.reference) === canonical);
  const seen = observed.images.find(({ references }) =>
    references.some((each) => canonicalReference(each) === canonical),
  );
  const builtHash = seen?.labels[label.sourceHash];
  return {
    reference,
    parents: spec?.parents ?? [],
    state: stateOf(spec, seen !== undefined, builtHash),
    ...(seen === undefined ? {} : { id: seen.id, created: seen.created }),
    ...(spec?.inputHash === undefined ? {} : { sourceHash: spec.inputHash }),
    ...(builtHash === undefined ? {} : { builtHash }),
  };
}

function stateOf(spec: ImageSpec | undefined, isThere: boolean, builtHash: string | undefined): ImageInfo['state'] {
  if (!isThere) return 'missing';
  if (spec?.inputHash === undefined) return 'from a registry';
  if (builtHash === undefined) return 'not built by dockerops';
  return builtHash === spec.inputHash ? 'current' : 'older than its source';
}

function instanceInfo(
  { spec, switches }: ResolvedInstance,
  container: ObservedContainer | undefined,
  differences: readonly Difference[],
): InstanceInfo {
  return {
    key: spec.key,
    instance: spec.instance,
    type: switches.type,
    switches: switches.switches,
    ports: spec.ports,
    after: spec.after,
    differences,
    links: spec.network.mode === 'network' ? spec.network.links : [],
    mounts: spec.mounts.filter(({ kind }) => kind !== 'scratch'),
    secrets: spec.files.flatMap(({ path, secret }) => (secret === true ? [basename(path)] : [])),
    ...(container === undefined
      ? { state: 'none', address: '' }
      : { state: container.state, health: container.health, address: addressOf(container), container: container.name }),
  };
}
