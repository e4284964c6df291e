import { definedOnly } from '../defined.ts';
import { label } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { hasProcesses } from './has-processes.ts';
import type { ExpectedContainer } from './operation-parts.ts';
import type { Plan } from './plan.ts';
import { PlanBuilder } from './builder.ts';

/** How a container is removed. */
export interface Removal {
  /** In the ids of the operations: `remove <name>`. Absent: the container's name, which is then the subject, too. */
  readonly name?: string;
  readonly subject?: string;
  readonly cause: string;
  /** Operations that come before the stop, or before the removal of what is stopped. */
  readonly needs?: readonly string[];
  readonly expected?: ExpectedContainer;
  /** Absent: the container's own. */
  readonly stopSeconds?: number | undefined;
  /** Together with the volumes that the engine made for it alone. */
  readonly withVolumes?: true | undefined;
}

/** Stops a container that has processes, then removes it. Returns the id of the removal. */
export function removeContainer(container: ObservedContainer, removal: Removal, builder: PlanBuilder): string {
  const { name = container.name, subject = name, cause, needs = [], expected = expectedOf(container) } = removal;
  const common = { subject, cause, expected };
  const stop = { ...common, id: `stop ${name}`, kind: 'stop-container', limitSeconds: removal.stopSeconds } as const;
  const stopped = hasProcesses(container) ? [builder.add({ ...stop, needs })] : needs;
  const { withVolumes } = removal;
  return builder.add({
    ...common,
    id: `remove ${name}`,
    kind: 'remove-container',
    needs: stopped,
    ...definedOnly({ withVolumes }),
  });
}

/** One-off instances and helpers: nothing in them is anybody's data, so their volumes go with them. */
export function isPassing({ labels }: ObservedContainer): boolean {
  return labels[label.kind] === 'once' || labels[label.kind] === 'helper';
}

/** Removes it, with a verdict that says so. */
export function removePassing(container: ObservedContainer, cause: string, builder: PlanBuilder): string {
  noteRemoval(container.name, container, cause, builder);
  return removeContainer(container, { cause, withVolumes: true }, builder);
}

export function planRemoval(owner: Owner, containers: readonly ObservedContainer[], cause: string): Plan {
  const builder = new PlanBuilder(owner);
  for (const container of containers) removePassing(container, cause, builder);
  return builder.finish();
}

export function noteRemoval(key: string, { name }: ObservedContainer, reason: string, builder: PlanBuilder): void {
  builder.verdicts.push({ key, container: name, verdict: 'remove', reason, differences: [] });
}

/** What the plan saw of a container that it is about to change. */
export function expectedOf({ id, name }: ObservedContainer): ExpectedContainer {
  return { id, name };
}
