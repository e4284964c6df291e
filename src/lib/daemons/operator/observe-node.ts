import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import type { NodePlan } from '../../plan/node/plan-node.ts';
import { planWithPorts } from '../../plan/node/plan-with-ports.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { AgentTools } from './agent-tools.ts';
import type { DesiredState } from './desired-state.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import type { NodeObserver } from './node-observer.ts';
import type { PlanInput } from './plan-due.ts';
import { resolveNode } from './resolve-node.ts';

/** Everything that a pass knows before it plans, with the engine that it was observed on. */
export interface Observation extends PlanInput {
  readonly opened: OpenEngine;
}

interface Sources {
  readonly tools: AgentTools;
  readonly observer: NodeObserver;
  readonly directory: DirectoryMemory;
  readonly observedServices: () => Promise<readonly ObservedService[] | undefined>;
}

/** Observes engine and directory at once; then resolves the desired services, which may need both. */
export async function observeNode(
  desired: DesiredState,
  { tools: { settings, environment, openEngine }, observer, directory, observedServices }: Sources,
): Promise<Observation> {
  const opened = await openEngine();
  const { engine } = opened;
  const [view, registered] = await Promise.all([observer.observe(engine, desired.services), observedServices()]);
  directory.compareAddress(view.observed.containers);
  const resolved = resolveNode(desired.services, {
    owner: directory.owner,
    consulHost: settings.consul.host,
    address: directory.address,
    environment,
    exposed: view.exposed,
  });
  const observed = await observer.withSecrets(engine, view.observed, resolved.desired.instances);
  return { opened, desired, resolved, registered, view: { ...view, observed } };
}

/** A plan from an observation and the facts of the engine's host. */
export async function planFrom<P extends NodePlan>(
  { opened, view }: Observation,
  { portHolders }: AgentTools,
  plan: (facts: HostFacts) => P,
): Promise<P> {
  const facts = gatherHostFacts(opened.engine.address, view.observed.engine, opened.tools.client);
  return planWithPorts(facts, plan, portHolders ?? gatherPortHolders);
}
