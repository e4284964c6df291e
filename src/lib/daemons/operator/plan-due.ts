import type { ImageSpec, InstanceSpec } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import { planNode, type NodePlan } from '../../plan/node/plan-node.ts';
import type { DesiredState } from './desired-state.ts';
import type { NodeView } from './node-observer.ts';
import type { ResolvedNode } from './resolve-node.ts';

/** Desired and observed state of a node. */
export interface PlanInput {
  readonly desired: DesiredState;
  readonly resolved: ResolvedNode;
  readonly view: NodeView;
  /** Absent while the directory does not answer. */
  readonly registered: readonly ObservedService[] | undefined;
}

/** Images that services wait for, by service. */
type Waiting = ReadonlyMap<string, ImageSpec>;

export type DuePlan = NodePlan & { readonly waiting: Waiting };

export interface DueOptions {
  /** False for a service that failed and waits for its next attempt. */
  readonly isDue: (spec: InstanceSpec) => boolean;
  /** Whether what is not desired is removed. */
  readonly complete: boolean;
  /** Services whose container could not be started as it is. */
  readonly anew: ReadonlySet<string>;
  /** Services that an earlier plan is still changing. */
  readonly busy: ReadonlySet<string>;
  /** Services that are no longer desired and wait for the next attempt to remove them. */
  readonly postponed: ReadonlySet<string>;
  readonly facts: HostFacts;
}

/** The plan of what can be done now. Services that wait for an image or their next attempt are left as they run. */
export function planDue(input: PlanInput, options: DueOptions): DuePlan {
  const { desired, undecided } = input.resolved;
  const due = desired.instances.filter((spec) => options.isDue(spec) && !options.busy.has(spec.key));
  const first = planInstances(input, due, undecided, options);
  const withoutImage = instancesWithoutImage(first, due);
  if (withoutImage.size === 0) return { ...first, waiting: undecided };
  const waiting = new Map([...undecided, ...[...withoutImage].map((spec) => [spec.key, imageOf(spec)] as const)]);
  const ready = due.filter((spec) => !withoutImage.has(spec));
  return { ...planInstances(input, ready, waiting, options), waiting };
}

/** Those whose container is to be created from an image that has to be pulled first. */
function instancesWithoutImage({ plan }: NodePlan, due: readonly InstanceSpec[]): ReadonlySet<InstanceSpec> {
  const missing = new Set<string>();
  const created = new Set<string>();
  for (const operation of plan.operations) {
    if (operation.kind === 'pull-image') missing.add(operation.reference);
    if (operation.kind === 'create-container') created.add(operation.spec.key);
  }
  return new Set(due.filter(({ key, image }) => created.has(key) && missing.has(image)));
}

function imageOf({ key, image }: InstanceSpec): ImageSpec {
  return { reference: image, service: key, source: { kind: 'registry' }, parents: [] };
}

function planInstances(
  input: PlanInput,
  instances: readonly InstanceSpec[],
  waiting: Waiting,
  { complete, anew, busy, postponed: leaving, facts }: DueOptions,
): NodePlan {
  const { desired, entries } = input.resolved;
  const planned = new Set(instances.map(({ key }) => key));
  const postponed = desired.instances.filter(({ key }) => !planned.has(key)).map(({ key }) => key);
  const node = {
    desired: { ...desired, instances, complete },
    entries: entries.filter(({ name }) => planned.has(name)),
    anew,
    busy,
    keep: new Set([...keptNames(input, waiting), ...postponed, ...busy, ...leaving]),
    ...(input.registered === undefined ? {} : { registered: input.registered }),
  };
  return planNode(node, input.view.observed, facts);
}

/** Services whose definition cannot be read or resolved, so that they stay as they are. */
export function keptNames({ desired, resolved }: PlanInput, waiting: Waiting): ReadonlySet<string> {
  return new Set([
    ...desired.unread.keys(),
    ...resolved.problems.keys(),
    ...resolved.undecided.keys(),
    ...waiting.keys(),
  ]);
}
