import { messageOf } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { ClientFacts } from '../../model/host-facts.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { observeWithoutImages } from '../../observe/observe.ts';
import { isStillRunning, parseProcess } from '../../observe/processes.ts';
import { onceContainers } from '../../plan/plan-once.ts';
import { planRemoval } from '../../plan/remove.ts';
import { planAndApply, type ChangeContext, type Preview } from '../apply-plan.ts';
import type { OpenProject } from '../open-project.ts';

/** Removes one-off instances whose command no longer runs. */
export async function removeLeftovers(opened: OpenProject, context: ChangeContext): Promise<void> {
  const { engine, owner, client } = opened;
  const containers = onceContainers(owner, await observeWithoutImages(engine));
  const leftovers = containers.filter((container) => !isInUse(container, client)).map(({ name }) => name);
  if (leftovers.length > 0) await remove(opened, leftovers, context);
}

/**
 * Only processes of this machine are visible; a one-off instance of another machine is a leftover once it has ended.
 */
function isInUse({ labels, state }: ObservedContainer, client: ClientFacts): boolean {
  const isRunning = isStillRunning(parseProcess(labels[label.onceBy] ?? ''), client);
  return isRunning ?? (state !== 'exited' && state !== 'dead');
}

/** Removes a one-off instance at its end, also after an interruption. A failure is only a warning. */
export async function removeOneOff(opened: OpenProject, name: string, context: ChangeContext): Promise<void> {
  const uninterrupted = { ...context, signal: new AbortController().signal };
  await remove(opened, [name], uninterrupted).catch((error: unknown) =>
    context.warn(`${name} could not be removed; the next "once" or "clean" removes it: ${messageOf(error)}`),
  );
}

async function remove(
  { engine, owner, tools }: OpenProject,
  names: readonly string[],
  context: ChangeContext,
): Promise<void> {
  const preview = async (): Promise<Preview> => {
    const observed = await observeWithoutImages(engine);
    const containers = onceContainers(owner, observed).filter(({ name }) => names.includes(name));
    return { observed, plan: planRemoval(owner, containers, 'a one-off instance') };
  };
  await planAndApply(preview, tools, context);
}
