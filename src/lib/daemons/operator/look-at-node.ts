import { gatherHostFacts } from '../../observe/host-facts.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import type { NodePlan } from '../../plan/node/plan-node.ts';
import type { EnginePlatform } from '../../use-cases/open-project.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { SeenService } from '../../model/service-entry.ts';
import type { AgentTools } from './agent-tools.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import type { NodeViewer } from './node-view.ts';
import type { DueLook } from './plan-due.ts';
import { planWithPorts } from '../../plan/node/plan-with-ports.ts';
import { resolveNode } from './resolve-node.ts';
import type { Wanted } from './wanted.ts';

/** All that a pass found out before it plans. */
export interface Look extends DueLook {
  readonly platform: EnginePlatform;
}

interface Sources {
  readonly tools: AgentTools;
  readonly viewer: NodeViewer;
  readonly directory: DirectoryMemory;
  readonly seenServices: () => Promise<readonly SeenService[] | undefined>;
}

/** Engine and directory at once; then what is wanted in the planner's terms, which may need both. */
export async function lookAtNode(
  wanted: Wanted,
  { tools: { settings, environment, openEngine }, viewer, directory, seenServices }: Sources,
): Promise<Look> {
  const platform = await openEngine();
  const [plain, seen] = await Promise.all([viewer.look(platform.engine, wanted.services), seenServices()]);
  directory.seeContainers(plain.observed.containers);
  const resolved = resolveNode(wanted.services, {
    node: settings.node,
    consulHost: settings.consul.host,
    address: directory.address,
    environment,
    exposed: plain.exposed,
  });
  const observed = await viewer.withSecrets(platform.engine, plain.observed, resolved.desired.instances);
  return { platform, wanted, resolved, seen, view: { ...plain, observed } };
}

/** A plan from what was seen and the facts of the engine's host. */
export async function planFrom<P extends NodePlan>(
  { platform, view }: Look,
  { portHolders }: AgentTools,
  plan: (facts: HostFacts) => P,
): Promise<P> {
  const facts = gatherHostFacts(platform.engine.address, view.observed.engine, platform.tools.client);
  return planWithPorts(facts, plan, portHolders ?? gatherPortHolders);
}
