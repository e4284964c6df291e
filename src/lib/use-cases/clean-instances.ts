import { observeWithoutImages } from '../observe/observe.ts';
import { keysOf, type Plan } from '../plan/plan.ts';
import { planCleanEverything } from '../plan/plan-clean-everything.ts';
import { oneHost } from '../model/observed-hosts.ts';
import { planClean } from '../plan/plan-clean.ts';
import type { Members, Target } from '../plan/target.ts';
import { invalidConf, type LoadedProject } from '../project/load-project.ts';
import type { RunRequest } from '../model/run-request.ts';
import { unknownGroup } from '../project/resolve/select/unknown-group.ts';
import { isPattern } from '../model/wildcard.ts';
import { nothingMatches, unknownService } from '../project/services.ts';
import { planAndApply, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import type { OpenEngine } from './open-engine.ts';
import type { OpenProject, ObservedProject } from './open-project.ts';

/** What `clean` would do, without doing it. */
export async function previewClean(opened: ObservedProject, request: RunRequest): Promise<Plan> {
  return (await preview(opened, request)).plan;
}

/** Keys of the instances that a request would remove. */
export async function instancesToClean(opened: ObservedProject, request: RunRequest): Promise<readonly string[]> {
  return keysOf(await previewClean(opened, request), 'remove');
}

export async function cleanInstances(
  opened: OpenProject,
  request: RunRequest,
  context: ChangeContext,
): Promise<ChangeResult> {
  return planAndApply(() => preview(opened, request), opened.tools, context);
}

/** A service that is no longer in the project can be cleaned while it has containers. */
async function preview({ owner, project, observe }: ObservedProject, request: RunRequest): Promise<Preview> {
  const observed = await observe();
  const plan = planClean(owner, oneHost({ state: observed }), targetOf(project, request));
  const { service } = request;
  if (service !== undefined && plan.operations.length === 0 && !project.services.has(service))
    throw isPattern(request)
      ? nothingMatches({ service, instance: request.instance })
      : unknownService(service, project.services, project.place.servicesDirectory);
  return { observed, plan };
}

export function targetOf(project: LoadedProject, request: RunRequest): Target {
  const of = membersOf(project, request);
  return request.confirmed === undefined ? of : { of, only: request.confirmed };
}

function membersOf(project: LoadedProject, { target, group = '', service = '', instance }: RunRequest): Members {
  if (target === 'all') return 'all';
  return target === 'group' ? groupMembers(project, group) : [{ service, instance }];
}

/**
 * The members of a group in run.conf, whatever is wrong with their other values. An entry without a name stands for all
 * instances of its service that no other entry names.
 */
function groupMembers({ written, problems, conf: { file } }: LoadedProject, group: string): Members {
  // What could not be read may be of the group, or name an instance that is not.
  if (written === undefined)
    throw invalidConf(problems.filter(({ where }) => where === undefined || where.startsWith(`${file}:`)));
  const named = (service: string): readonly string[] =>
    written.flatMap(({ values }) =>
      values.service === service && typeof values.instance === 'string' ? [values.instance] : [],
    );
  const members = written.filter(({ values }) => values.group === group);
  if (members.length === 0) throw unknownGroup(group, written);
  return members.map(({ values: { service, instance } }) =>
    typeof instance === 'string' ? { service, instance } : { service, instance: undefined, except: named(service) },
  );
}

/** Removes every container of the engine, but no data. The caller has asked for confirmation. */
export async function cleanEverything(opened: OpenEngine, context: ChangeContext): Promise<ChangeResult> {
  return planAndApply(
    async () => {
      const observed = await observeWithoutImages(opened.engine);
      return { observed, plan: planCleanEverything(opened.owner, observed) };
    },
    opened.tools,
    context,
  );
}
