import type { HostFacts } from '../../model/host-facts.ts';
import type { Desired, ImageSpec, InstanceSpec, Owner } from '../../model/desired.ts';
import type { ObservedService, ServiceEntry } from '../../model/service-entry.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { runContext, type RunContext } from '../context.ts';
import { planImagesOnly } from '../images/images-only.ts';
import { anonymousVolumes, warnOfKeptVolumes } from '../instance/own-volumes.ts';
import { checkPorts, processesOf } from '../instance/ports.ts';
import { ownContainers } from '../ownership.ts';
import type { Plan } from '../plan.ts';
import { draftRun } from '../plan-run.ts';
import { noteRemoval, removeContainer } from '../remove.ts';
import { addRecovery, recover } from '../replacement/recover.ts';
import { replacedName } from '../replacement/replacement-names.ts';
import { afterPorts } from './after-ports.ts';
import { leftAlone, leftAloneVerdict } from './left-alone.ts';
import { planEntries } from './registrations.ts';
import { startAgain, stoppedAsDesired, type Stopped } from './start-stopped.ts';

/** What a node is to run. The key of an instance is the name of its container. */
export interface DesiredNode {
  readonly desired: Desired;
  /** Entries of the directory that it is to have. */
  readonly entries: readonly ServiceEntry[];
  /** All entries that the directory has; absent while it does not answer: then none is touched. */
  readonly registered?: readonly ObservedService[];
  /**
   * Services whose definition cannot be read or completed: what runs of them stays, also where `desired` is complete.
   */
  readonly keep: ReadonlySet<string>;
  /** Services whose container could not be started as it is: they get a new one. */
  readonly anew?: ReadonlySet<string>;
  /** Services that another plan is changing: nothing of them is touched, but they have their names and ports. */
  readonly busy?: ReadonlySet<string>;
}

export interface NodePlan {
  readonly plan: Plan;
  /** Why a service is left unchanged, by its name. Unlike with a project, the others go on without it. */
  readonly refused: ReadonlyMap<string, string>;
  /** Ports of the host that containers of the plan take when they start. */
  readonly ports: ReadonlySet<number>;
}

/**
 * The plan of a node: what is desired runs and is registered, what is no longer desired goes. The planner of `run`
 * decides on every container. A node differs in two ways: services that cannot run do not keep the others waiting, as
 * there is nobody to ask, and it has entries in a directory.
 */
export function planNode(node: DesiredNode, before: ObservedState, facts: HostFacts): NodePlan {
  const { desired, registered, entries, keep, busy = new Set() } = node;
  const { owner } = desired;
  const isBusy = (container: ObservedContainer): boolean => busy.has(replacedName(container) ?? container.name);
  const changing = [...ownContainers(owner, before).values()].filter(isBusy);
  const recovery = recover(owner, without(before, changing));
  const own = ownContainers(owner, recovery.observed);
  const observed = { ...recovery.observed, containers: [...recovery.observed.containers, ...changing] };
  const leaving = leavingContainers(node, own);
  const { draft, refused, stopped } = draftServices(node, without(observed, leaving), {
    ...facts,
    portHolders: processesOf(facts, observed.containers),
  });
  const { builder } = draft;
  for (const each of stopped) startAgain(each, builder);
  for (const container of leaving) removeLeaving(container, observed, builder);
  if (registered !== undefined && owner.kind === 'node')
    planEntries({ entries, registered, keep, busy, owner, containers: own, refused }, builder);
  const starting = [...createdSpecs(builder), ...stopped.map(({ spec }) => spec)];
  afterPorts(own, starting, builder);
  addRecovery(recovery, builder);
  const ports = new Set(starting.flatMap((spec) => spec.ports.flatMap(({ host }) => host ?? [])));
  return { plan: { ...builder.finish(), blockers: [] }, refused, ports };
}

function leavingContainers(
  { desired, keep }: DesiredNode,
  own: ReadonlyMap<string, ObservedContainer>,
): readonly ObservedContainer[] {
  if (!desired.complete) return [];
  const staying = new Set([...desired.instances.map(({ container }) => container), ...keep]);
  return [...own.values()].filter((container) => !staying.has(replacedName(container) ?? container.name));
}

const options = { replace: 'changed', build: 'missing', wait: false, timeoutSeconds: 0 } as const;

interface Draft {
  readonly draft: RunContext;
  readonly refused: Map<string, string>;
  readonly stopped: readonly Stopped[];
}

/** Leaves out the services with blockers and plans again, until there are none: at most once for each service. */
function draftServices({ desired, anew = new Set() }: DesiredNode, observed: ObservedState, facts: HostFacts): Draft {
  const refused = new Map<string, string>();
  const alone = leftAlone(desired, observed);
  let instances = desired.instances.filter(({ key }) => !alone.has(key));
  for (;;) {
    const stopped = stoppedAsDesired({ ...desired, instances }, observed, anew);
    const made = instances.filter((spec) => !stopped.some((each) => each.spec === spec));
    const draft = runContext({ ...desired, instances: made, complete: false }, observed, facts, options);
    const { blockers, verdicts } = draftRun(draft);
    checkPorts(
      draft,
      stopped.map(({ spec }) => spec),
    );
    for (const { subject, message } of blockers) refused.set(subject, message);
    const left = instances.filter(({ key }) => !blockers.some(({ subject }) => subject === key));
    if (left.length === instances.length) {
      verdicts.push(...[...alone].map(leftAloneVerdict));
      return { draft, refused, stopped };
    }
    instances = left;
  }
}

function createdSpecs({ operations }: RunContext['builder']): readonly InstanceSpec[] {
  return operations.flatMap((operation) => (operation.kind === 'create-container' ? [operation.spec] : []));
}

function without(observed: ObservedState, leaving: readonly ObservedContainer[]): ObservedState {
  return { ...observed, containers: observed.containers.filter((container) => !leaving.includes(container)) };
}

function removeLeaving(container: ObservedContainer, observed: ObservedState, builder: RunContext['builder']): void {
  const cause = 'no longer defined';
  noteRemoval(container.name, container, cause, builder);
  removeContainer(container, { cause }, builder);
  warnOfKeptVolumes(container.name, anonymousVolumes(container, observed), builder);
}

/** Images alone, so that containers need not wait for the long transfer of an image of others. */
export function planPulls(owner: Owner, images: readonly ImageSpec[], observed: ObservedState): Plan {
  const plan = planImagesOnly(owner, images, observed, { cache: true, only: 'missing' });
  return { ...plan, verdicts: plan.verdicts.filter(({ verdict }) => verdict !== 'keep') };
}
