import type { Desired, InstanceSpec } from '../project/project.ts';
import type { HostFacts } from '../project/host-facts.ts';
import type { ObservedState } from '../observe/observed-state.ts';
import { isMade, type Decision, type InstanceContext, type PlanContext, type RunOptions } from './context.ts';
import { decide } from './decide.ts';
import type { Blocker, Plan, Verdict } from './operation.ts';
import { ownContainers, planOwnership } from './ownership.ts';
import { PlanBuilder } from './plan.ts';
import { planImages, type ImagePlan } from './plan-build.ts';
import { dnsPolicy, planInstance, publishedAddress, readyId } from './plan-instance.ts';
import { planNetwork } from './plan-network.ts';
import { planPorts } from './plan-ports.ts';
import { planSwarmService } from './plan-swarm.ts';

/** How long names may take to show in the DNS after everything is ready. */
export const namesLimitSeconds = 30;

/**
 * From what is wanted and what is, to the operations between. Pure: the same input gives the same plan. It never removes what it
 * was not asked to; what the owner no longer wants is reported as an orphan.
 */
export function planRun(desired: Desired, observed: ObservedState, facts: HostFacts, options: RunOptions): Plan {
  const builder = new PlanBuilder(desired.owner);
  const context: PlanContext = { desired, observed, facts, options, builder };
  planOwnership(context);
  const local = desired.instances.filter((spec) => spec.placement.kind === 'engine');
  const foreseen = planRunImages(local, context);
  const decisions = local.map((spec) => decide(spec, context, foreseen.choice));
  const images = options.build === 'stale' ? foreseen : planRunImages(decisions.filter(isMade).map(({ spec }) => spec), context);
  builder.verdicts.push(...decisions.map(verdict));
  builder.blockers.push(...decisions.filter(({ action }) => action === 'held' || action === 'stopped').map(blocker));
  builder.verdicts.unshift(...foreseen.verdicts.filter(({ verdict }) => verdict !== 'keep'));
  builder.operations.push(...images.operations);
  planPorts(context, decisions);
  const instances: InstanceContext = {
    ...context,
    network: decisions.some(isMade) ? planNetwork(context) : undefined,
    decisions: new Map(decisions.map((decision) => [decision.spec.key, decision])),
    imageOf: images.choice,
    imageOperation: images.makerOf,
    dns: findDns(context),
  };
  for (const decision of decisions) planInstance(decision, instances);
  for (const spec of desired.instances) if (spec.placement.kind === 'swarm') planSwarmService(spec, context);
  planNames(decisions, instances);
  planFinalCheck(decisions, context);
  planOrphans(context);
  return builder.finish();
}

function planRunImages(instances: readonly InstanceSpec[], { desired, observed, options }: PlanContext): ImagePlan {
  const wanted = instances.map(({ image }) => image);
  return planImages(desired.images, observed.images, { wanted, cache: true, only: options.build });
}

export function isDnsService(service: string): boolean {
  return service === 'dockerops-dns' || service.startsWith('dockerops-dns-');
}

function findDns({ desired, observed }: PlanContext): string | undefined {
  const wanted = desired.instances.find(({ service }) => isDnsService(service));
  if (wanted !== undefined) return wanted.container;
  return [...ownContainers(desired.owner, observed).values()].find((container) => container.state === 'running' && isDnsService(container.ownership?.service ?? ''))?.name;
}

function verdict(decision: Decision): Verdict {
  const { spec, action, reason, differences } = decision;
  return { key: spec.key, container: spec.container, verdict: verdictOf(decision), reason: action === 'keep' && differences.length > 0 ? `runs, but ${reason}` : reason, differences };
}

function verdictOf({ action, differences }: Decision): Verdict['verdict'] {
  if (action !== 'keep' && action !== 'check') return action;
  return differences.length > 0 ? 'differs' : 'keep';
}

function blocker({ spec, reason, action }: Decision): Blocker {
  const what = `${spec.service},instance=${spec.instance}`;
  const suggestions = action === 'held'
    ? ['remove or rename that container', 'or use another project name: --project NAME']
    : [`make it anew: dockerops run:${what},replace=True`, `or take it away: dockerops clean:${what}`];
  return { subject: spec.key, message: reason, suggestions };
}

/** A run ends when others can find what it started: one question for all names. */
function planNames(decisions: readonly Decision[], context: InstanceContext): void {
  const { dns, builder, options } = context;
  const published = decisions.filter((decision) => isMade(decision) && decision.spec.lease !== 'none' && dnsPolicy(decision.spec) !== 'HIDE' && !isDnsService(decision.spec.service));
  if (dns === undefined || !options.wait || published.length === 0) return;
  const needs = published.map(({ spec }) => (spec.lease === 'engine' ? `hold ${spec.key}` : (readyId(spec.key, context) ?? `start ${spec.key}`)));
  builder.add({
    id: 'names', kind: 'await-names', subject: 'names', cause: 'others look for them', needs, dns, limitSeconds: namesLimitSeconds,
    names: published.map(({ spec }) => ({ name: spec.key, address: publishedAddress(spec) })),
  });
}

function planFinalCheck(decisions: readonly Decision[], { builder, options, desired }: PlanContext): void {
  const made = decisions.filter(isMade);
  if (made.length === 0 || !options.wait) return;
  const needs = made.map(({ spec }) => `ready ${spec.key}`);
  builder.add({
    id: 'check', kind: 'check-running', subject: desired.owner.name, cause: 'nothing may have died meanwhile',
    needs: builder.has('names') ? [...needs, 'names'] : needs, containers: made.map(({ spec }) => spec.container),
  });
}

function planOrphans({ desired, observed, builder }: PlanContext): void {
  if (!desired.complete) return;
  const wanted = new Set(desired.instances.map(({ container }) => container));
  const orphans = [...ownContainers(desired.owner, observed).values()].filter(({ name }) => !wanted.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, ownership } of orphans) {
    builder.verdicts.push({ key: ownership?.key ?? name, container: name, verdict: 'orphan', reason: 'nothing asks for it any more', differences: [] });
  }
}
