import { label } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import { anonymousVolumes, removeScratch, warnOfKeptVolumes } from './instance/own-volumes.ts';
import type { Plan } from './plan.ts';
import { PlanBuilder } from './builder.ts';
import { isPassing, noteRemoval, removeContainer, removePassing } from './remove.ts';

const cause = 'all containers of this host are removed';

/** Stops and removes every container of the engine, whoever made it, but for locks. Data is never touched. */
export function planCleanEverything(owner: Owner, observed: ObservedState): Plan {
  const builder = new PlanBuilder(owner);
  for (const container of observed.containers) {
    if (container.labels[label.kind] === 'lock') continue;
    if (isPassing(container)) removePassing(container, cause, builder);
    else removeLasting(container, observed, builder);
  }
  return builder.finish();
}

function removeLasting(container: ObservedContainer, observed: ObservedState, builder: PlanBuilder): void {
  const { name } = container;
  noteRemoval(name, container, cause, builder);
  const removed = removeContainer(container, { cause }, builder);
  removeScratch(container, observed, { subject: name, cause, needs: [removed] }, builder);
  warnOfKeptVolumes(name, anonymousVolumes(container, observed), builder);
}
