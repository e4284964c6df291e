import { randomBytes } from 'node:crypto';
import { onDemand } from '../lazy.ts';
import { gatherHostFacts } from '../observe/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import { gatherPortHolders } from '../observe/port-holders.ts';
import { withSecrets } from '../observe/secrets.ts';
import { settled } from '../observe/settle.ts';
import type { RunOptions } from '../plan/context.ts';
import type { Plan } from '../plan/plan.ts';
import { isSameOwner } from '../plan/ownership.ts';
import { planRun } from '../plan/plan-run.ts';
import { missingEntry } from '../project/resolve/select/missing-entry.ts';
import { clientKey } from '../project/keys/key-names.ts';
import type { Environment } from '../project/find-project.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { Desired, InstanceSpec } from '../model/desired.ts';
import type { MissingVariable } from '../project/resolve/findings.ts';
import { resolveProject, type Resolution } from '../project/resolve/resolve.ts';
import { unresolved } from '../project/resolve/unresolved.ts';
import type { RunRequest } from '../model/run-request.ts';
import { planAndApply, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import { FirstUse } from './data/first-use.ts';
import { withGoneDirectories } from './facts/gone-directories.ts';
import { beginToRead, hashedImages } from './facts/hashed-images.ts';
import { hostProber, type ProbeHost } from './facts/host-probe.ts';
import { withMissingSources } from './facts/missing-sources.ts';
import type { OpenProject, ObservedProject } from './open-project.ts';
import { withRecordedAddresses } from './facts/recorded-addresses.ts';
import { withRegistryImages } from './facts/registry-images.ts';

/** Answers to questions, by variable; empty where nobody can be asked. */
export type AskForVariables = (missing: readonly MissingVariable[]) => Promise<Environment>;

interface Run {
  readonly opened: ObservedProject;
  readonly request: RunRequest;
  readonly options: RunOptions;
  readonly warn: (text: string) => void;
  readonly ask: AskForVariables;
  /** Drawn once, so that planning anew means the same instance. */
  readonly newName: () => string;
  /** Absent in a dry run, which shows what it cannot know; to be applied, all has to be known. */
  readonly probeHost?: ProbeHost;
}

/**
 * What run.conf does not know of a request, as a sentence; undefined where it knows all, or where there is no run.conf.
 */
export function entryMissing({ project }: OpenProject, request: RunRequest): string | undefined {
  return project.confPath === undefined ? undefined : missingEntry(project, request);
}

export interface ResolvedRun {
  readonly observed: ObservedState;
  readonly facts: HostFacts;
  readonly desired: Desired;
}

/** What a run would do, without doing it; missing variables are errors. */
export async function previewRun(
  opened: ObservedProject,
  request: RunRequest,
  options: RunOptions,
  warn: (text: string) => void,
): Promise<Plan> {
  return (await preview({ opened, request, options, warn, ask: async () => ({}), newName: onDemand(generateName) }))
    .plan;
}

export async function runInstances(
  opened: OpenProject,
  request: RunRequest,
  options: RunOptions,
  context: ChangeContext,
  ask: AskForVariables,
): Promise<ChangeResult> {
  const run = { request, options, newName: onDemand(generateName), probeHost: hostProber(opened, context) };
  const told = new Set<string>();
  const warn = (text: string): void => {
    if (!told.has(text)) context.warn(text);
    told.add(text);
  };
  let answers: Environment = {};
  const askOnce: AskForVariables = async (missing) => (answers = { ...answers, ...(await ask(missing)) });
  const firstUse = new FirstUse(opened, context);
  return planAndApply(
    async () => {
      const previewed = await preview({
        ...run,
        warn,
        ask: askOnce,
        opened: { ...opened, environment: { ...opened.environment, ...answers } },
      });
      await firstUse.confirm(previewed);
      return previewed;
    },
    opened.tools,
    context,
  );
}

async function preview(run: Run): Promise<Preview> {
  const { observed: seen, facts, desired } = await resolveRun(run);
  const observed = { ...seen, containers: await withSecrets(run.opened.engine, seen.containers, desired.instances) };
  return { observed, plan: planRun(desired, observed, await withPortHolders(facts, desired.instances), run.options) };
}

/**
 * What is wanted beside what is: facts and observation, resolution (asking for what is missing), images with their
 * hashes.
 */
export async function resolveRun({
  opened,
  request,
  warn,
  ask,
  newName,
  probeHost,
}: Omit<Run, 'options'>): Promise<ResolvedRun> {
  const { engine, project, client, keys } = opened;
  const observing = opened.observe();
  const folders = beginToRead(
    opened,
    request.service === undefined ? project.conf.entries.map(({ values }) => values.service) : [request.service],
  );
  const seen = await settled(
    await observing,
    () => opened.observe(),
    ({ ownership }) => ownership !== undefined && isSameOwner(ownership.owner, opened.owner),
  );
  const observed = await withRegistryImages(engine, seen, project);
  const existingKeys = keys.existing();
  const resolveWith = (facts: HostFacts, environment: Environment): Resolution =>
    resolveProject({ project, request, facts, observed, environment, existingKeys, newName });
  const facts = await completeFacts(
    gatherHostFacts(engine.address, observed.engine, client),
    (known) => resolveWith(known, opened.environment),
    observed,
    probeHost,
  );
  const first = resolveWith(facts, opened.environment);
  const resolution =
    first.missing.length === 0 || first.problems.length > 0
      ? first
      : resolveWith(facts, { ...opened.environment, ...(await ask(first.missing)) });
  if (resolution.problems.length > 0 || resolution.missing.length > 0) throw unresolved(resolution);
  for (const notice of resolution.notices) warn(notice);
  const images = await hashedImages(resolution.desired.images, observed, opened, folders);
  return {
    observed,
    facts: withMissingSources(
      withGoneDirectories(facts, observed.volumes),
      resolution.desired.instances,
      project.place.directory,
    ),
    desired: { ...resolution.desired, images, keys: await withPublicPart(resolution.desired.keys, keys) },
  };
}

/** So that the plan can tell whether what runs lets in the key that we have. */
async function withPublicPart(wanted: Desired['keys'], keys: ObservedProject['keys']): Promise<Desired['keys']> {
  const publicPart = await keys.publicPart(clientKey);
  return publicPart === undefined
    ? wanted
    : wanted.map((key) => (key.name === clientKey ? { ...key, publicPart } : key));
}

/** An interface of a host that is not this machine is looked up when somebody asks for its address, and only then. */
async function completeFacts(
  facts: HostFacts,
  resolveWith: (facts: HostFacts) => Resolution,
  observed: ObservedState,
  probeHost: ProbeHost | undefined,
): Promise<HostFacts> {
  if (facts.local || facts.interfaces !== undefined) return facts;
  const resolution = resolveWith(facts);
  if (!resolution.lacksInterfaces) return facts;
  if (probeHost === undefined) return withRecordedAddresses(facts, resolution, observed.containers);
  return resolution.problems.length > 0 ? facts : { ...facts, ...(await probeHost(observed, resolution.desired)) };
}

/** Looking through all processes is worth it only where ports of the host are wanted. */
export async function withPortHolders(
  facts: HostFacts,
  instances: readonly Pick<InstanceSpec, 'ports'>[],
): Promise<HostFacts> {
  const wanted = new Set(instances.flatMap(({ ports }) => ports.flatMap(({ host }) => host ?? [])));
  return facts.local && wanted.size > 0 ? { ...facts, portHolders: await gatherPortHolders(wanted) } : facts;
}

/** For an instance without a name of its own. */
export function generateName(): string {
  return randomBytes(4).toString('hex');
}
