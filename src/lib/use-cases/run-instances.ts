import { onDemand } from '../lazy.ts';
import type { Desired, InstanceSpec } from '../model/desired.ts';
import { lockFileName } from '../model/lock.ts';
import type { RunRequest } from '../model/run-request.ts';
import { withSecrets } from '../observe/secrets.ts';
import type { RunOptions } from '../plan/context.ts';
import { oneHost } from '../model/observed-hosts.ts';
import { planRun } from '../plan/plan-run.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../project/find-project.ts';
import type { LoadedProject } from '../project/load-project.ts';
import { noRunConf } from '../project/conf/load-run-conf.ts';
import { hasLock, noLock } from '../project/conf/lock-file.ts';
import { emptyConf, missingEntry } from '../project/resolve/select/missing-entry.ts';
import { planAndApply, warnOnce, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import { FirstUse } from './data/first-use.ts';
import { hostProber } from './facts/host-probe.ts';
import { withPortHolders } from './facts/port-holders.ts';
import { findUnregistered } from './dns/registered-names.ts';
import { listInstances } from './inspect/find-instance.ts';
import { ungeneratedName } from './inspect/resolve-entries.ts';
import { generateName } from './generate-name.ts';
import type { ObservedProject, OpenProject } from './open-project.ts';
import { resolveRun, type AskForVariables, type ResolvedRun, type RunInput } from './resolve-run.ts';

/** Path of the run conf in which a request for all finds no entries. */
export function confWithoutEntries({ project }: OpenProject, request: RunRequest): string | undefined {
  return emptyConf(project, request);
}

/**
 * That run.conf has no entry for what a request would create, as a sentence; undefined if it has one, if there is no
 * run.conf, or if the request means instances that there are.
 */
export async function entryMissing(opened: OpenProject, request: RunRequest): Promise<string | undefined> {
  const { project, engine, owner } = opened;
  const missing = project.confPath === undefined ? undefined : missingEntry(project, request);
  if (missing === undefined || request.instance !== undefined || request.newInstance === 'always') return missing;
  const there = await listInstances(engine, owner, false);
  return there.some(({ ownership }) => ownership?.service === request.service) ? undefined : missing;
}

/** What a command says of a run, beside the options of its plan. */
export interface RunChoices extends RunOptions {
  /** Use only images of the lock, or not; absent: for masters, where there is a lock. */
  readonly locked?: boolean | undefined;
  /** Use the image that the instance ran before in place of its own, or the one whose content begins with `to`. */
  readonly rollback?: { readonly to?: string };
}

/**
 * What a run would do, without doing it: `<new>` stands for a name that the run would generate. Missing variables are
 * errors.
 */
export async function previewRun(
  opened: ObservedProject,
  request: RunRequest,
  options: RunChoices,
  warn: (text: string) => void,
): Promise<Plan> {
  const run = { opened, request, warn, ask: async () => ({}), newName: () => ungeneratedName };
  return (await previewDesired(run, options)).plan;
}

export async function runInstances(
  opened: OpenProject,
  request: RunRequest,
  options: RunChoices,
  context: ChangeContext,
  ask: AskForVariables,
): Promise<ChangeResult> {
  let answers: Environment = {};
  const askOnce: AskForVariables = async (missing) => (answers = { ...answers, ...(await ask(missing)) });
  const run = {
    request,
    newName: onDemand(generateName),
    probeHost: hostProber(opened, context),
    warn: warnOnce(context.warn),
    ask: askOnce,
  };
  const firstUse = new FirstUse(opened, context);
  const previewAndConfirm = async (): Promise<Preview> => {
    const environment = { ...opened.environment, ...answers };
    const previewed = await previewDesired({ ...run, opened: { ...opened, environment } }, options);
    await firstUse.confirm(previewed);
    return previewed;
  };
  return planAndApply(previewAndConfirm, opened.tools, context);
}

export interface DesiredPreview extends Preview {
  readonly desired: Desired;
}

/** What a run would do, and what it is to lead to. */
export async function previewDesired(
  run: RunInput,
  { locked, rollback, ...options }: RunChoices,
): Promise<DesiredPreview> {
  const { project } = run.opened;
  if (project.confPath === undefined && run.request.target !== 'service') throw noRunConf(project.place);
  const {
    observed: state,
    facts,
    desired,
  } = await (rollback === undefined ? resolveLocked(run, locked) : resolveRollback(run, rollback));
  const { engine, owner } = run.opened;
  const [lost, known] = await Promise.all([
    findUnregistered(engine, state.containers, owner),
    withSecrets(engine, state.containers, desired.instances),
  ]);
  const containers = known.map((each) => (lost.has(each.name) ? { ...each, isUnregistered: true as const } : each));
  const observed = { ...state, containers };
  const oneByOne = run.request.target === 'service' ? 'all' : replicated(project);
  const host = { state: observed, facts: await withPortHolders(facts, desired.instances) };
  return { observed, desired, plan: planRun(desired, oneHost(host), { ...options, oneByOne, inOrder: true }) };
}

/** The code of locks is loaded only where there is one. */
async function resolveLocked(run: RunInput, locked: boolean | undefined): Promise<ResolvedRun> {
  const { place } = run.opened.project;
  const isThere = hasLock(place);
  if (locked === true && !isThere) throw noLock(place);
  if (locked === false && isThere)
    run.warn(`the images are those that are here, not those of ${lockFileName} (--no-locked)`);
  const resolved = await resolveRun(run);
  if (locked === false || !isThere) return resolved;
  const isPinned = ({ type }: InstanceSpec): boolean => locked === true || type === 'master';
  if (!resolved.desired.instances.some(isPinned)) return resolved;
  const { pinToLock } = await import('./pin-images.ts');
  return pinToLock(run.opened, resolved, isPinned);
}

async function resolveRollback(run: RunInput, { to }: NonNullable<RunChoices['rollback']>): Promise<ResolvedRun> {
  const { pinToBefore } = await import('./roll-back.ts');
  return pinToBefore(run.opened, await resolveRun(run), to);
}

/** Services with copies that answer for each other. */
function replicated({ conf: { entries } }: LoadedProject): readonly string[] {
  return [
    ...new Set(entries.filter(({ values }) => (values.replicas ?? 1) > 1).map(({ values: { service } }) => service)),
  ];
}
