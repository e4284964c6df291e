import { definedOnly } from '../../defined.ts';
import type { EngineReader } from '../../engine/engine.ts';
import type { Problem } from '../../errors.ts';
import type { Desired, ImageSpec, NetworkSpec } from '../../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { isPattern } from '../../model/wildcard.ts';
import { findTrouble } from '../../observe/trouble.ts';
import { observe } from '../../observe/observe.ts';
import { withSecrets } from '../../observe/secrets.ts';
import type { Difference } from '../../plan/plan.ts';
import { ownContainers } from '../../plan/ownership.ts';
import { oneHost } from '../../model/observed-hosts.ts';
import { planRun } from '../../plan/plan-run.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import { imageFacts, type ImageFacts } from '../../project/resolve/images/image-facts.ts';
import { ownImages } from '../../project/resolve/images/own-images.ts';
import { resolveImages } from '../../project/resolve/images/image-specs.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import { nothingMatches, unknownService, type Service } from '../../project/services.ts';
import { hashedImages } from '../facts/hashed-images.ts';
import { mergeImages, NamedImages, outsideImages } from '../facts/named-images.ts';
import type { ObservedProject } from '../open-project.ts';
import { imageInfo } from './image-info.ts';
import { entriesInput, resolveEntries, resolveRequest, ungeneratedName, type EntriesInput } from './resolve-entries.ts';
import { matchingServices } from './matching-services.ts';
import { recordedInstances, recordedService } from './recorded-service.ts';
import { instanceInfo, type InstanceInfo, type ServiceInfo } from './service-info.ts';

/** Services in detail: the one of this name, or with `*` all that fit. */
export async function explainServices(opened: ObservedProject, words: string): Promise<readonly ServiceInfo[]> {
  const { project, engine } = opened;
  const [state, outside] = await Promise.all([observe(engine), new NamedImages(engine).find(outsideImages(project))]);
  const observed = { ...state, images: mergeImages([...outside, ...state.images]) };
  const names = isPattern({ service: words }) ? matchingServices(words, observed, opened) : [words];
  if (names.length === 0) throw nothingMatches({ service: words, instance: undefined });
  return Promise.all(names.map((name) => explainService(name, observed, opened)));
}

/**
 * What its files say, its image, and each instance beside its desired state. What the files do not say, or say with
 * mistakes, is shown as the containers were made.
 */
async function explainService(name: string, observed: ObservedState, opened: ObservedProject): Promise<ServiceInfo> {
  const { project, engine, owner } = opened;
  const service = project.services.get(name);
  const containers = [...ownContainers(owner, observed).values()].filter(
    ({ ownership }) => ownership?.service === name,
  );
  if (service === undefined && containers.length === 0)
    throw unknownService(name, project.services, project.place.servicesDirectory);
  const info =
    service === undefined
      ? recordedService(name, containers, observed)
      : await explainKnown(service, containers, observed, opened);
  return { ...info, instances: await withTroubles(info.instances, containers, engine) };
}

async function withTroubles(
  instances: readonly InstanceInfo[],
  containers: readonly ObservedContainer[],
  engine: EngineReader,
): Promise<readonly InstanceInfo[]> {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return Promise.all(
    instances.map(async (instance) => {
      const container = byName.get(instance.container ?? '');
      const trouble = container === undefined ? undefined : await findTrouble(engine, container);
      return { ...instance, ...definedOnly({ trouble }) };
    }),
  );
}

async function explainKnown(
  service: Service,
  containers: readonly ObservedContainer[],
  observed: ObservedState,
  opened: ObservedProject,
): Promise<ServiceInfo> {
  const { project, owner } = opened;
  const { name } = service;
  const input = entriesInput(opened, observed);
  const resolved = resolveService(input, name, containers);
  const facts = factsOfImage(service, resolved.instances[0]?.spec.image, owner.name, input);
  const images = await imagesOf(service, facts.reference, observed, opened);
  const differences = await findDifferences(resolved, images, input, opened);
  const instances = resolved.instances.map((instance) => {
    const { key, container: containerName } = instance.spec;
    const container = containers.find((each) => each.name === containerName);
    return instanceInfo(instance, container, differences.get(key) ?? []);
  });
  return {
    service: name,
    kind: service.kind,
    problems: resolved.problems,
    ...(service.kind === 'folder' ? { directory: service.directory } : {}),
    ports: facts.ports,
    image: imageInfo(facts.reference, images, observed.images),
    entries: entriesOf(project, name),
    instances: [...instances, ...recordedInstances(resolved.unknown)],
  };
}

interface ResolvedService {
  readonly instances: readonly ResolvedInstance[];
  /** Containers of which the files, for their mistakes, do not say how they are desired. */
  readonly unknown: readonly ObservedContainer[];
  readonly network: NetworkSpec | undefined;
  readonly problems: readonly Problem[];
}

/** First the instances of the run conf, then containers without an entry. */
function resolveService(
  input: EntriesInput,
  service: string,
  containers: readonly ObservedContainer[],
): ResolvedService {
  const all = resolveEntries(input);
  const written = all.instances.filter(
    ({ spec }) => spec.service === service && (spec.instance !== ungeneratedName || containers.length === 0),
  );
  const others = containers.filter(({ name }) => !written.some(({ spec }) => spec.container === name));
  const isSure = input.project.problems.length === 0;
  const unwritten = isSure
    ? others.flatMap(({ ownership }) => resolveInstance(input, service, ownership?.instance ?? ''))
    : [];
  const instances = [...written, ...unwritten];
  const ofInstances = new Set(all.instances.flatMap(({ problems }) => problems));
  const ofProject = all.problems.filter((problem) => !ofInstances.has(problem));
  return {
    instances,
    unknown: isSure ? [] : others,
    network: all.desired.network,
    problems: [...ofProject, ...instances.flatMap(({ problems }) => problems)],
  };
}

function resolveInstance(input: EntriesInput, service: string, instance: string): readonly ResolvedInstance[] {
  return resolveRequest(input, { target: 'service', service, instance, switches: {} }).instances;
}

/** `reference`: image in run.conf, for a service without a folder. */
function factsOfImage(
  service: Service,
  reference: string | undefined,
  owner: string,
  { project, observed }: EntriesInput,
): ImageFacts {
  const own = service.kind === 'image' ? reference : undefined;
  return imageFacts(service, own, { ...ownImages(project), project: owner, images: observed.images });
}

/** The images that the service is made of, parents first, each with the hash of its source. */
async function imagesOf(
  service: Service,
  reference: string,
  observed: ObservedState,
  opened: ObservedProject,
): Promise<readonly ImageSpec[]> {
  const registryImages = service.kind === 'image' ? [{ service: service.name, reference }] : [];
  return hashedImages(resolveImages([service], registryImages, opened.project).images, observed, opened);
}

/** The differences that `plan` would show, by key of the instance; none while there are problems. */
async function findDifferences(
  { instances, network, problems }: ResolvedService,
  images: readonly ImageSpec[],
  { observed, facts, project }: EntriesInput,
  { engine, owner }: ObservedProject,
): Promise<ReadonlyMap<string, readonly Difference[]>> {
  if (problems.length > 0 || project.problems.length > 0) return new Map();
  const specs = instances.map(({ spec }) => spec);
  const desired: Desired = {
    owner,
    keys: [],
    images,
    instances: specs,
    complete: false,
    ...(network === undefined ? {} : { network }),
  };
  const containers = await withSecrets(engine, observed.containers, specs);
  const options = { replace: 'never', build: 'missing', wait: false, timeoutSeconds: 0 } as const;
  const plan = planRun(desired, oneHost({ state: { ...observed, containers }, facts }), options);
  return new Map(plan.verdicts.map(({ key, differences }) => [key, differences]));
}

function entriesOf({ conf }: LoadedProject, service: string): ServiceInfo['entries'] {
  return conf.entries
    .filter(({ values }) => values.service === service)
    .map(({ where, values: { instance = null, group } }) => ({
      where,
      instance,
      ...(group === undefined ? {} : { group }),
    }));
}
