import { label } from '../labels.ts';
import { observe } from '../observe/observe.ts';
import type { Plan } from '../plan/operation.ts';
import { PlanBuilder } from '../plan/plan.ts';
import { planClean, type CleanTarget } from '../plan/plan-clean.ts';
import { planAndApply, type ChangeContext, type ChangeResult } from './apply-plan.ts';
import type { RunRequest } from '../project/run-request.ts';
import { groupMembers, type EnginePlatform, type Platform, type SeenPlatform } from './open-platform.ts';

/** What `clean` would do. */
export async function foreseeClean(platform: SeenPlatform, request: RunRequest): Promise<Plan> {
  return planClean(platform.owner, await observe(platform.engine), targetOf(platform, request));
}

export async function cleanInstances(platform: Platform, request: RunRequest, context: ChangeContext): Promise<ChangeResult> {
  const target = targetOf(platform, request);
  return planAndApply(async () => {
    const observed = await observe(platform.engine);
    return { observed, plan: planClean(platform.owner, observed, target) };
  }, platform.tools, context);
}

function targetOf(platform: SeenPlatform, request: RunRequest): CleanTarget {
  if (request.target === 'all') return 'all';
  if (request.target === 'group') return groupMembers(platform, request.group ?? '');
  return [{ service: request.service ?? '', instance: request.instance }];
}

/** Every container of the engine. The caller has made sure that this is meant. */
export async function cleanEverything(platform: EnginePlatform, context: ChangeContext): Promise<ChangeResult> {
  return planAndApply(async () => {
    const observed = await observe(platform.engine);
    const builder = new PlanBuilder(platform.owner);
    for (const { id, name, state, labels } of observed.containers) {
      if (labels[label.kind] === 'lock') continue;
      const common = { subject: name, cause: 'everything of this host goes' };
      const seen = { id, name };
      const stopped = state === 'running' || state === 'restarting' || state === 'paused'
        ? [builder.add({ ...common, id: `stop ${name}`, kind: 'stop-container', needs: [], seen, limitSeconds: undefined })]
        : [];
      builder.verdicts.push({ key: name, container: name, verdict: 'remove', reason: common.cause, differences: [] });
      builder.add({ ...common, id: `remove ${name}`, kind: 'remove-container', needs: stopped, seen });
    }
    return { observed, plan: builder.finish() };
  }, platform.tools, context);
}
