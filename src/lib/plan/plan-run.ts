import type { Desired, InstanceSpec } from '../model/desired.ts';
import { localHost, type ObservedHosts } from '../model/observed-hosts.ts';
import { localInstances, runContext, type RunContext, type RunOptions } from './context.ts';
import { planOnHosts } from './hosts.ts';
import { planImages, type ImagePlan } from './images/plan-images.ts';
import { checkSources } from './instance/bind-sources.ts';
import { checkClientKey } from './instance/client-key.ts';
import { checkDataUse } from './instance/data-use.ts';
import { foldersRunWith } from './instance/data.ts';
import { decide } from './instance/decide.ts';
import { madeInstances, type Decision, type InstanceContext } from './instance/decision.ts';
import { checkFormerData } from './instance/former-data.ts';
import { followLinks } from './instance/follow-links.ts';
import { planNetwork } from './instance/network.ts';
import { planOneByOne } from './instance/one-by-one.ts';
import { planInstance } from './instance/plan-instance.ts';
import { checkPorts } from './instance/ports.ts';
import { planReplaceOrder } from './instance/replace-order.ts';
import { planStartOrder } from './instance/start-order.ts';
import { checkDirectory } from './instance/same-directory.ts';
import type { Plan } from './plan.ts';
import { addRecovery, recover } from './replacement/recover.ts';
import { noteDnsKeys } from './run/dns-keys.ts';
import { planFinish } from './run/finish.ts';
import { noteOrphans } from './run/orphans.ts';
import { noteDecisions } from './run/verdicts.ts';
import { planSwarmService } from './swarm/plan-swarm.ts';

/**
 * The operations that lead from what is observed to what is desired. Pure: the same input gives the same plan.
 * Nothing is removed that was not requested; what the owner no longer desires is reported as an orphan.
 */
export function planRun(desired: Desired, hosts: ObservedHosts, options: RunOptions): Plan {
  return planOnHosts(desired.owner, hosts, ({ state, facts }, name) => {
    const here = hosts.size === 1 ? desired : instancesOn(name, desired);
    const recovery = recover(desired.owner, state);
    const builder = draftRun(runContext(here, recovery.observed, facts, options));
    addRecovery(recovery, builder);
    return builder.finish();
  });
}

function instancesOn(host: string, desired: Desired): Desired {
  const isHere = ({ placement }: InstanceSpec): boolean =>
    host === (placement.kind === 'engine' ? (placement.host ?? localHost) : localHost);
  return { ...desired, instances: desired.instances.filter(isHere) };
}

/** The same without the lock around it, for a plan that has more in it. */
export function draftRun(context: RunContext): RunContext['builder'] {
  if (!checkDirectory(context)) return context.builder;
  const known = planRunImages(
    context,
    localInstances(context.desired).map(({ image }) => image),
  );
  context.builder.blockers.push(...known.blockers);
  const decisions = decideAll(context, known);
  const images = planMadeImages(context, decisions, known);
  noteDecisions(decisions, known, context);
  for (const operation of images.operations) context.builder.add(operation);
  checkHost(context, decisions);
  const instances = instanceContext(context, decisions, images);
  noteDnsKeys(instances);
  for (const decision of decisions) planInstance(decision, instances);
  planOneByOne(instances);
  planStartOrder(instances);
  planReplaceOrder(instances);
  planSwarm(context);
  planFinish(instances);
  noteOrphans(context);
  return context.builder;
}

function planRunImages({ desired, observed, options }: RunContext, requested: readonly string[]): ImagePlan {
  const { os, architecture } = observed.engine;
  const platform = `${os}/${architecture}`;
  return planImages(desired.images, observed.images, { requested, cache: true, only: options.build, platform });
}

function decideAll(context: RunContext, known: ImagePlan): readonly Decision[] {
  return followLinks(
    localInstances(context.desired).map((spec) => decide(spec, context, known)),
    context,
  );
}

/** Unless stale images are built too, only images of the instances that this plan makes. */
function planMadeImages(context: RunContext, decisions: readonly Decision[], known: ImagePlan): ImagePlan {
  if (context.options.build === 'stale') return known;
  return planRunImages(
    context,
    madeInstances(decisions).map(({ image }) => image),
  );
}

/** Refuses, before anything is stopped, what the host cannot give. */
function checkHost(context: RunContext, decisions: readonly Decision[]): void {
  const made = madeInstances(decisions);
  checkClientKey(context, made);
  checkPorts(context, made);
  checkDataUse(context, made);
  checkSources(context, made);
  checkFormerData(context, made);
}

function instanceContext(context: RunContext, decisions: readonly Decision[], images: ImagePlan): InstanceContext {
  const { desired, observed } = context;
  const makesAny = madeInstances(decisions).length > 0;
  return {
    ...context,
    network: makesAny && desired.network !== undefined ? planNetwork(desired.network, context) : undefined,
    decisions: new Map(decisions.map((decision) => [decision.spec.key, decision])),
    images,
    ranWith: foldersRunWith(makesAny ? observed.containers : []),
  };
}

function planSwarm(context: RunContext): void {
  for (const spec of context.desired.instances) if (spec.placement.kind === 'swarm') planSwarmService(spec, context);
}
