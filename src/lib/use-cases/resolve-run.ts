import type { FolderDigests } from '../build/input-hash.ts';
import type { Desired } from '../model/desired.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { RunRequest } from '../model/run-request.ts';
import { gatherHostFacts } from '../observe/host-facts.ts';
import { settled } from '../observe/settle.ts';
import { isSameOwner } from '../plan/ownership.ts';
import type { Environment } from '../project/find-project.ts';
import type { LoadedProject } from '../project/load-project.ts';
import { clientKey } from '../project/keys/key-names.ts';
import type { MissingVariable } from '../project/resolve/findings.ts';
import { serviceImage } from '../project/resolve/images/own-images.ts';
import { resolveProject, type Resolution } from '../project/resolve/resolve.ts';
import { unresolved } from '../project/resolve/unresolved.ts';
import { withAbandonedData, withFormerData } from './facts/former-data.ts';
import { withGoneDirectories } from './facts/gone-directories.ts';
import { beginToRead, hashedImages } from './facts/hashed-images.ts';
import type { ProbeHost } from './facts/host-probe.ts';
import { withMissingSources } from './facts/missing-sources.ts';
import { withRecordedAddresses } from './facts/recorded-addresses.ts';
import { NamedImages, outsideImages } from './facts/named-images.ts';
import type { ObservedProject } from './open-project.ts';

/** Answers by variable; none without a terminal. */
export type AskForVariables = (missing: readonly MissingVariable[]) => Promise<Environment>;

export interface RunInput {
  readonly opened: ObservedProject;
  readonly request: RunRequest;
  readonly warn: (text: string) => void;
  readonly ask: AskForVariables;
  /** Name for an instance without one; the same at each call, so that planning again means the same instance. */
  readonly newName: () => string;
  /** Absent in a dry run, which shows unknown addresses as such. */
  readonly probeHost?: ProbeHost;
}

export interface ResolvedRun {
  readonly observed: ObservedState;
  readonly facts: HostFacts;
  readonly desired: Desired;
}

/** Observes, resolves (asking for missing values), and hashes the images: everything that a plan of a run needs. */
export async function resolveRun(run: RunInput): Promise<ResolvedRun> {
  const { observed: before, folders, named } = await observeAndRead(run);
  const facts = await factsFor(run, before);
  const { desired, notices } = await resolveAsking(run, before, facts);
  for (const notice of notices) run.warn(notice);
  const observed = { ...before, images: await named.find(imagesOf(run.opened.project, desired)) };
  const images = await hashedImages(desired.images, observed, run.opened, folders);
  return {
    observed,
    facts: withDirectories(facts, observed, desired, run),
    desired: { ...desired, images, keys: await withPublicPart(desired.keys, run.opened.keys) },
  };
}

interface Observation {
  /** Of the images only those that the project does not make: what decides how the run is resolved. */
  readonly observed: ObservedState;
  readonly folders: FolderDigests;
  readonly named: NamedImages;
}

/** The folders of services are read, and their images asked for, while the engine answers. */
async function observeAndRead({ opened, request }: RunInput): Promise<Observation> {
  const { engine, owner, project } = opened;
  const observing = opened.observe();
  const services =
    request.service === undefined ? project.conf.entries.map(({ values }) => values.service) : [request.service];
  const outside = outsideImages(project);
  const early = new NamedImages(engine);
  early.begin([...outside, ...ownImages(project, services)]);
  const folders = beginToRead(opened, services);
  const first = await observing;
  const observed = await settled(
    first,
    () => opened.observe(),
    ({ ownership }) => ownership !== undefined && isSameOwner(ownership.owner, owner),
  );
  // What has settled only after a wait may have other images.
  const named = observed === first ? early : new NamedImages(engine);
  return { observed: { ...observed, images: await named.find(outside) }, folders, named };
}

/** The images that services make. */
function ownImages({ place, services }: LoadedProject, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const service = services.get(name);
    return service === undefined || service.kind === 'image' ? [] : [serviceImage(place.name, service)];
  });
}

/** All that a plan of the run may ask for. */
function imagesOf(project: LoadedProject, { images, instances }: Desired): readonly string[] {
  const ofImages = images.flatMap(({ reference, parents }) => [reference, ...parents]);
  return [...outsideImages(project), ...ofImages, ...instances.map(({ image }) => image)];
}

/** The interfaces of a remote host are read only if a value needs the address of one. */
async function factsFor(run: RunInput, observed: ObservedState): Promise<HostFacts> {
  const { engine, client } = run.opened;
  const facts = gatherHostFacts(engine.address, observed.engine, client);
  if (facts.local || facts.interfaces !== undefined) return facts;
  const resolution = resolveWith(run, observed, facts);
  if (!resolution.lacksInterfaces) return facts;
  if (run.probeHost === undefined) return withRecordedAddresses(facts, resolution, observed.containers);
  return resolution.problems.length > 0 ? facts : { ...facts, ...(await run.probeHost(observed, resolution.desired)) };
}

async function resolveAsking(run: RunInput, observed: ObservedState, facts: HostFacts): Promise<Resolution> {
  const first = resolveWith(run, observed, facts);
  const asks = first.missing.length > 0 && first.problems.length === 0;
  const resolution = asks ? resolveWith(run, observed, facts, await run.ask(first.missing)) : first;
  if (resolution.problems.length > 0 || resolution.missing.length > 0) throw unresolved(resolution);
  return resolution;
}

function resolveWith(
  { opened: { project, environment, keys }, request, newName }: RunInput,
  observed: ObservedState,
  facts: HostFacts,
  answers: Environment = {},
): Resolution {
  return resolveProject({
    project,
    request,
    facts,
    observed,
    environment: { ...environment, ...answers },
    existingKeys: keys.existing(),
    newName,
  });
}

function withDirectories(
  facts: HostFacts,
  { volumes }: ObservedState,
  { instances }: Desired,
  { opened: { project } }: RunInput,
): HostFacts {
  const withFormer = withFormerData(withGoneDirectories(facts, volumes), instances);
  const withFolders = withAbandonedData(withFormer, instances, new Set(project.services.keys()));
  return withMissingSources(withFolders, instances, project.place.directory);
}

/** With it, the plan can tell whether a running instance accepts our client key. */
async function withPublicPart(desired: Desired['keys'], keys: ObservedProject['keys']): Promise<Desired['keys']> {
  const publicPart = await keys.publicPart(clientKey);
  if (publicPart === undefined) return desired;
  return desired.map((key) => (key.name === clientKey ? { ...key, publicPart } : key));
}
