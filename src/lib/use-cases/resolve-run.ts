import type { FolderDigests } from '../build/input-hash.ts';
import type { Desired } from '../model/desired.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { RunRequest } from '../model/run-request.ts';
import { gatherHostFacts } from '../observe/host-facts.ts';
import { settled } from '../observe/settle.ts';
import { isSameOwner } from '../plan/ownership.ts';
import type { Environment } from '../project/find-project.ts';
import { clientKey } from '../project/keys/key-names.ts';
import type { MissingVariable } from '../project/resolve/findings.ts';
import { resolveProject, type Resolution } from '../project/resolve/resolve.ts';
import { unresolved } from '../project/resolve/unresolved.ts';
import { withFormerData } from './facts/former-data.ts';
import { withGoneDirectories } from './facts/gone-directories.ts';
import { beginToRead, hashedImages } from './facts/hashed-images.ts';
import type { ProbeHost } from './facts/host-probe.ts';
import { withMissingSources } from './facts/missing-sources.ts';
import { withRecordedAddresses } from './facts/recorded-addresses.ts';
import { withRegistryImages } from './facts/registry-images.ts';
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
  const { observed, folders } = await observeAndRead(run);
  const facts = await factsFor(run, observed);
  const { desired, notices } = await resolveAsking(run, observed, facts);
  for (const notice of notices) run.warn(notice);
  const images = await hashedImages(desired.images, observed, run.opened, folders);
  return {
    observed,
    facts: withDirectories(facts, observed, desired, run),
    desired: { ...desired, images, keys: await withPublicPart(desired.keys, run.opened.keys) },
  };
}

/** The folders of services are read while the engine answers. */
async function observeAndRead({
  opened,
  request,
}: RunInput): Promise<{ readonly observed: ObservedState; readonly folders: FolderDigests }> {
  const { engine, owner, project } = opened;
  const observing = opened.observe();
  const services = project.conf.entries.map(({ values }) => values.service);
  const folders = beginToRead(opened, request.service === undefined ? services : [request.service]);
  const observed = await settled(
    await observing,
    () => opened.observe(),
    ({ ownership }) => ownership !== undefined && isSameOwner(ownership.owner, owner),
  );
  return { observed: await withRegistryImages(engine, observed, project), folders };
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
  const withFolders = withFormerData(withGoneDirectories(facts, volumes), instances);
  return withMissingSources(withFolders, instances, project.place.directory);
}

/** With it, the plan can tell whether a running instance accepts our client key. */
async function withPublicPart(desired: Desired['keys'], keys: ObservedProject['keys']): Promise<Desired['keys']> {
  const publicPart = await keys.publicPart(clientKey);
  if (publicPart === undefined) return desired;
  return desired.map((key) => (key.name === clientKey ? { ...key, publicPart } : key));
}
