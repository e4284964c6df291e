import { runCommands } from '../project/resolve/select/run-commands.ts';
import { UserError } from '../errors.ts';
import { gatherHostFacts } from '../observe/host-facts.ts';
import { observeWithoutImages } from '../observe/observe.ts';
import { oneHost } from '../model/observed-hosts.ts';
import { keysOf, type Plan } from '../plan/plan.ts';
import { instancesToStart, planStart, type StartOptions } from '../plan/plan-start.ts';
import { planStop, type StopOptions } from '../plan/plan-stop.ts';
import type { RunRequest } from '../model/run-request.ts';
import { isPattern } from '../model/wildcard.ts';
import { nothingMatches, unknownService } from '../project/services.ts';
import type { RunConf } from '../project/conf/run-conf-entry.ts';
import { withPortHolders } from './facts/port-holders.ts';
import { planAndApply, refuseBlocked, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import { targetOf } from './clean-instances.ts';
import type { ObservedProject, OpenProject } from './open-project.ts';

/** Starts stopped instances unchanged. */
export async function startInstances(
  opened: OpenProject,
  request: RunRequest,
  options: StartOptions,
  context: ChangeContext,
): Promise<ChangeResult> {
  return planAndApply(() => previewStart(opened, request, options), opened.tools, context);
}

async function previewStart(opened: ObservedProject, request: RunRequest, options: StartOptions): Promise<Preview> {
  const { engine, owner, project, client } = opened;
  const target = targetOf(project, request);
  const startOptions = { ...options, sleepSeconds: sleepsOf(project.conf) };
  const observed = await observeWithoutImages(engine);
  const facts = gatherHostFacts(engine.address, observed.engine, client);
  const stopped = instancesToStart(owner, observed, target).map(({ spec }) => spec);
  const host = { state: observed, facts: await withPortHolders(facts, stopped) };
  const plan = planStart(owner, oneHost(host), target, startOptions);
  if (isAboutNothing(plan)) throw nothingThere(opened, request);
  return { observed, plan };
}

/** The `sleep` of an instance in the run conf; it is not stored with the container. */
function sleepsOf({ entries }: RunConf): NonNullable<StartOptions['sleepSeconds']> {
  return ({ service, instance, unnamed }) => {
    const own = entries.filter(({ values }) => values.service === service);
    const entry =
      own.find(({ values }) => values.instance === instance) ??
      (unnamed ? own.find(({ values }) => typeof values.instance !== 'string') : undefined);
    return entry?.values.sleep ?? 0;
  };
}

/** Keys of the running instances that a request would stop. */
export async function instancesToStop(opened: OpenProject, request: RunRequest): Promise<readonly string[]> {
  const { plan } = await previewStop(opened, request, {});
  return keysOf(plan, 'stop');
}

/** Stops instances without removing them. */
export async function stopInstances(
  opened: OpenProject,
  request: RunRequest,
  options: StopOptions,
  context: ChangeContext,
): Promise<ChangeResult> {
  return planAndApply(() => previewStop(opened, request, options), opened.tools, context);
}

async function previewStop(
  opened: Pick<OpenProject, 'engine' | 'owner' | 'project'>,
  request: RunRequest,
  options: StopOptions,
): Promise<Preview> {
  const { engine, owner, project } = opened;
  const observed = await observeWithoutImages(engine);
  const plan = planStop(owner, oneHost({ state: observed }), targetOf(project, request), options);
  if (isAboutNothing(plan) && request.service !== undefined) throw nothingThere(opened, request);
  return { observed, plan };
}

/** Stops what runs and starts everything, unchanged. Nothing is stopped if something could not be started again. */
export async function restartInstances(
  opened: OpenProject,
  request: RunRequest,
  options: StartOptions,
  context: ChangeContext,
): Promise<ChangeResult> {
  refuseBlocked((await previewStart(opened, request, options)).plan);
  const stopped = await stopInstances(opened, request, {}, context);
  const started = await startInstances(opened, request, options, context);
  return { ...started, done: [...stopped.done, ...started.done] };
}

function isAboutNothing({ verdicts, blockers }: Plan): boolean {
  return verdicts.length === 0 && blockers.length === 0;
}

function nothingThere(
  { project: { services, place, conf } }: Pick<OpenProject, 'project'>,
  { service, instance, group }: RunRequest,
): UserError {
  if (service !== undefined && isPattern({ service, instance: instance ?? '' }))
    return nothingMatches({ service, instance });
  if (service !== undefined && !services.has(service))
    return unknownService(service, services, place.servicesDirectory);
  const whose = service ?? (group === undefined ? 'this project' : `group ${group}`);
  const what = instance === undefined ? 'instance' : `instance ${instance}`;
  const run =
    service === undefined
      ? [`dockerops run:${group === undefined ? 'all' : `group=${group}`}`]
      : runCommands(service, instance, conf);
  return new UserError(`${whose} has no ${what}`, {
    code: 'NO_INSTANCE',
    suggestions: [...run, 'dockerops ps:all'],
  });
}
