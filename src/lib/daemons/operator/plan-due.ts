import { planNode, type NodePlan } from '../../plan/node/plan-node.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ImageSpec, InstanceSpec } from '../../model/desired.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import type { NodeView } from './node-view.ts';
import type { ResolvedNode } from './resolve-node.ts';
import type { DesiredState } from './desired-state.ts';

/** What is wanted and what is seen. */
export interface DueLook {
  readonly wanted: DesiredState;
  readonly view: NodeView;
  readonly resolved: ResolvedNode;
  /** Absent while the directory does not answer. */
  readonly registered: readonly ObservedService[] | undefined;
}

export type DuePlan = NodePlan & { readonly waiting: ReadonlyMap<string, ImageSpec> };

/** The plan of what can be done now. Services that wait for an image, or for their next attempt, are left out; what runs of them stays. */
export function planDue(
  look: DueLook,
  isDue: (spec: InstanceSpec) => boolean,
  complete: boolean,
  facts: HostFacts,
): DuePlan {
  const { desired, undecided } = look.resolved;
  const due = desired.instances.filter(isDue);
  const first = planOf(look, due, undecided, complete, facts);
  const missing = new Set(
    first.plan.operations.flatMap((operation) => (operation.kind === 'pull-image' ? [operation.reference] : [])),
  );
  if (missing.size === 0) return { ...first, waiting: undecided };
  const made = new Set(
    first.plan.operations.flatMap((operation) => (operation.kind === 'create-container' ? [operation.spec.key] : [])),
  );
  const without = new Set(due.filter(({ key, image }) => made.has(key) && missing.has(image)));
  const images = [...without].map(
    ({ key, image }) => [key, { reference: image, service: key, source: { kind: 'registry' }, parents: [] }] as const,
  );
  const waiting = new Map<string, ImageSpec>([...undecided, ...images]);
  return {
    ...planOf(
      look,
      due.filter((spec) => !without.has(spec)),
      waiting,
      complete,
      facts,
    ),
    waiting,
  };
}

function planOf(
  look: DueLook,
  instances: readonly InstanceSpec[],
  waiting: ReadonlyMap<string, ImageSpec>,
  complete: boolean,
  facts: HostFacts,
): NodePlan {
  const {
    resolved: { desired, entries },
    registered,
    view,
  } = look;
  const wanted = new Set(instances.map(({ key }) => key));
  const left = desired.instances.filter(({ key }) => !wanted.has(key)).map(({ key }) => key);
  const node = {
    desired: { ...desired, instances, complete },
    entries: entries.filter(({ name }) => wanted.has(name)),
    keep: new Set([...keptNames(look, waiting), ...left]),
  };
  return planNode(registered === undefined ? node : { ...node, registered }, view.observed, facts);
}

/** Services of which it is not known what they shall be. */
export function keptNames({ wanted, resolved }: DueLook, waiting: ReadonlyMap<string, ImageSpec>): ReadonlySet<string> {
  return new Set([
    ...wanted.unread.keys(),
    ...resolved.problems.keys(),
    ...resolved.undecided.keys(),
    ...waiting.keys(),
  ]);
}
