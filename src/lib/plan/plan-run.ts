import type { Desired, InstanceSpec } from '../model/desired.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import { isMade, type Decision, type InstanceContext, type PlanContext, type RunOptions } from './context.ts';
import { decide } from './instance/decide.ts';
import { isDnsService } from '../model/dns-service.ts';
import { planAwaitNames, variable } from './instance/names.ts';
import { followLinks } from './instance/follow-links.ts';
import type { Blocker, Plan, Verdict } from './plan.ts';
import { ownContainers, planOwnership } from './ownership.ts';
import { PlanBuilder } from './builder.ts';
import { planImages, type ImagePlan } from './images/plan-images.ts';
import { planDataUse } from './instance/data-use.ts';
import { foldersRunWith } from './instance/data.ts';
import { planInstance, readyId } from './instance/plan-instance.ts';
import { planClientKey } from './instance/keys.ts';
import { planNetwork } from './instance/network.ts';
import { planPorts } from './instance/ports.ts';
import { planSources } from './instance/bind-sources.ts';
import { planSwarmService } from './swarm/plan-swarm.ts';
import { existingInstances } from './spec/existing-instance.ts';

/**
 * From what is wanted and what is, to the operations between. Pure: the same input gives the same plan. It never removes what it
 * was not asked to; what the owner no longer wants is reported as an orphan.
 */
export function planRun(desired: Desired, observed: ObservedState, facts: HostFacts, options: RunOptions): Plan {
  const builder = new PlanBuilder(desired.owner);
  const context: PlanContext = { desired, observed, facts, options, builder };
  planOwnership(context);
  const local = desired.instances.filter((spec) => spec.placement.kind === 'engine');
  const previewed = planRunImages(local, context);
  const decisions = followLinks(
    local.map((spec) => decide(spec, context, previewed.choice)),
    context,
  );
  const images =
    options.build === 'stale'
      ? previewed
      : planRunImages(
          decisions.filter(isMade).map(({ spec }) => spec),
          context,
        );
  builder.verdicts.push(...decisions.map(verdict));
  builder.blockers.push(
    ...decisions.filter(({ action }) => action === 'conflict' || action === 'stopped').map(blocker),
  );
  builder.verdicts.unshift(...previewed.verdicts.filter(({ verdict }) => verdict !== 'keep'));
  builder.operations.push(...images.operations);
  planClientKey(context, decisions);
  planPorts(context, decisions);
  planDataUse(context, decisions);
  planSources(context, decisions);
  const makesAny = decisions.some(isMade);
  const instances: InstanceContext = {
    ...context,
    network: makesAny ? planNetwork(context) : undefined,
    decisions: new Map(decisions.map((decision) => [decision.spec.key, decision])),
    imageOf: images.choice,
    imageOperation: images.makerOf,
    ranWith: foldersRunWith(makesAny ? observed.containers : []),
    ...findDns(context, decisions),
  };
  for (const decision of decisions) planInstance(decision, instances);
  for (const spec of desired.instances) if (spec.placement.kind === 'swarm') planSwarmService(spec, context);
  planFinalCheck(decisions, planNames(decisions, instances), context);
  planOrphans(context);
  return builder.finish();
}

function planRunImages(instances: readonly InstanceSpec[], { desired, observed, options }: PlanContext): ImagePlan {
  const wanted = instances.map(({ image }) => image);
  return planImages(desired.images, observed.images, { wanted, cache: true, only: options.build });
}

/** The DNS that runs or will run here, and its address for others. */
function findDns(
  { desired, observed }: PlanContext,
  decisions: readonly Decision[],
): Pick<InstanceContext, 'dns' | 'dnsAddress'> {
  const wanted =
    decisions.find(({ spec }) => isDnsService(spec.service))?.spec ??
    existingInstances(
      [...ownContainers(desired.owner, observed).values()].filter(({ state }) => state === 'running'),
    ).find(({ spec }) => isDnsService(spec.service))?.spec;
  return { dns: wanted?.container, dnsAddress: wanted === undefined ? undefined : variable(wanted, 'SERVICE_IP') };
}

function verdict(decision: Decision): Verdict {
  const { spec, action, reason, differences } = decision;
  return {
    key: spec.key,
    container: spec.container,
    verdict: verdictOf(decision),
    reason: action === 'keep' && differences.length > 0 ? `runs, but ${reason}` : reason,
    differences,
  };
}

function verdictOf({ action, differences }: Decision): Verdict['verdict'] {
  if (action !== 'keep' && action !== 'check') return action;
  return differences.length > 0 ? 'differs' : 'keep';
}

function blocker({ spec, reason, action, existing }: Decision): Blocker {
  const what = `${spec.service},instance=${spec.instance}`;
  const suggestions =
    action === 'conflict'
      ? ['remove or rename that container', 'or use another project name: --project NAME']
      : [
          ...(existing?.state === 'exited' || existing?.state === 'paused'
            ? [`start it unchanged: dockerops start:${what}`]
            : []),
          `replace it: dockerops run:${what},replace=True`,
          `remove it: dockerops clean:${what}`,
        ];
  return { subject: spec.key, message: reason, suggestions };
}

/** A run ends when others can find what it started. */
function planNames(decisions: readonly Decision[], context: InstanceContext): readonly string[] {
  const { dns, dnsAddress, builder, options } = context;
  if (!options.wait) return [];
  const needsOf = (spec: InstanceSpec): readonly string[] => [
    spec.lease === 'dockerops' ? `hold ${spec.key}` : (readyId(spec.key, context) ?? `start ${spec.key}`),
  ];
  return planAwaitNames(
    decisions.filter(isMade).map(({ spec }) => spec),
    { builder, dns, dnsAddress, needsOf },
  );
}

function planFinalCheck(
  decisions: readonly Decision[],
  names: readonly string[],
  { builder, options, desired }: PlanContext,
): void {
  const made = decisions.filter(isMade);
  if (made.length === 0 || !options.wait) return;
  const needs = made.map(({ spec }) => `ready ${spec.key}`);
  builder.add({
    id: 'check',
    kind: 'check-running',
    subject: desired.owner.name,
    cause: 'checking that all still run',
    needs: [...needs, ...names],
    containers: made.map(({ spec }) => spec.container),
  });
}

function planOrphans({ desired, observed, builder }: PlanContext): void {
  if (!desired.complete) return;
  const wanted = new Set(desired.instances.map(({ container }) => container));
  const notAutostarted = new Set(desired.notAutostarted ?? []);
  const orphans = [...ownContainers(desired.owner, observed).values()]
    .filter(({ name }) => !wanted.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, ownership, state } of orphans) {
    if (notAutostarted.has(name))
      builder.verdicts.push({
        key: ownership?.key ?? name,
        container: name,
        verdict: 'notAutostarted',
        reason: `${state}; run:all does not start it`,
        differences: [],
      });
    else
      builder.verdicts.push({
        key: ownership?.key ?? name,
        container: name,
        verdict: 'orphan',
        reason: 'nothing asks for it any more',
        differences: [],
      });
  }
}
