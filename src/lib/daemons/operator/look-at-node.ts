import { gatherHostFacts } from '../../observe/host-facts.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import type { NodePlan } from '../../plan/node/plan-node.ts';
import type { OpenEngine } from '../../use-cases/open-project.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import type { AgentTools } from './agent-tools.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import type { NodeViewer } from './node-view.ts';
import type { DueLook } from './plan-due.ts';
import { planWithPorts } from '../../plan/node/plan-with-ports.ts';
import { resolveNode } from './resolve-node.ts';
import type { DesiredState } from './desired-state.ts';

/** All that a pass found out before it plans. */
export interface Look extends DueLook {
  readonly opened: OpenEngine;
}

interface Sources {
  readonly tools: AgentTools;
  readonly viewer: NodeViewer;
  readonly directory: DirectoryMemory;
  readonly observedServices: () => Promise<readonly ObservedService[] | undefined>;
}

/** Engine and directory at once; then what is wanted in the planner's terms, which may need both. */
export async function lookAtNode(
  wanted: DesiredState,
  { tools: { settings, environment, openEngine }, viewer, directory, observedServices }: Sources,
): Promise<Look> {
  const opened = await openEngine();
  const [plain, registered] = await Promise.all([viewer.look(opened.engine, wanted.services), observedServices()]);
  directory.seeContainers(plain.observed.containers);
  const resolved = resolveNode(wanted.services, {
    node: settings.node,
    consulHost: settings.consul.host,
    address: directory.address,
    environment,
    exposed: plain.exposed,
  });
  const observed = await viewer.withSecrets(opened.engine, plain.observed, resolved.desired.instances);
  return { opened, wanted, resolved, registered, view: { ...plain, observed } };
}

/** A plan from what was seen and the facts of the engine's host. */
export async function planFrom<P extends NodePlan>(
  { opened, view }: Look,
  { portHolders }: AgentTools,
  plan: (facts: HostFacts) => P,
): Promise<P> {
  const facts = gatherHostFacts(opened.engine.address, view.observed.engine, opened.tools.client);
  return planWithPorts(facts, plan, portHolders ?? gatherPortHolders);
}
