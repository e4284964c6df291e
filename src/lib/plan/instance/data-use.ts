import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import { isMade, type Decision, type PlanContext } from '../context.ts';
import type { Blocker } from '../operation.ts';
import { holderText, isSameOwner } from '../ownership.ts';
import { standingOf } from '../spec/labelled-spec.ts';
import { hasProcesses } from '../has-processes.ts';

/**
 * Two databases on one directory damage it, and two projects with one `DATA_DIR` have the same directories where their services have the
 * same names. Refused while another container that is up has what an instance would keep its data in; a shared folder is meant for several.
 */
export function planDataUse(context: PlanContext, decisions: readonly Decision[]): void {
  const made = decisions.filter((decision) => isMade(decision) && directoriesOf(decision.spec).length > 0);
  if (made.length === 0) return;
  const going = new Set(decisions.filter(isMade).map(({ spec }) => spec.container));
  const users = usersOf(
    context.observed.containers.filter((container) => hasProcesses(container) && !going.has(container.name)),
  );
  for (const { spec } of made) {
    const directory = directoriesOf(spec).find((each) => users.has(each));
    const user = directory === undefined ? undefined : users.get(directory);
    if (directory !== undefined && user !== undefined)
      context.builder.blockers.push(blocker(spec, directory, user, context));
  }
}

function directoriesOf({ mounts }: Pick<InstanceSpec, 'mounts'>): readonly string[] {
  return mounts.flatMap((mount) => (mount.kind === 'data' && mount.shared !== true ? [mount.directory] : []));
}

/** As the containers' labels have it: whatever the files of their projects say now. */
function usersOf(containers: readonly ObservedContainer[]): ReadonlyMap<string, ObservedContainer> {
  return new Map(
    standingOf(containers).flatMap(({ container, spec }) =>
      directoriesOf(spec).map((directory) => [directory, container] as const),
    ),
  );
}

function blocker({ key }: InstanceSpec, directory: string, user: ObservedContainer, { desired }: PlanContext): Blocker {
  return {
    subject: key,
    message: `${directory}, where ${key} would keep its data, is in use by container ${user.name} (${holderText(user)})`,
    suggestions: [
      "keep this project's data in a directory of its own: DATA_DIR=<directory>",
      `or stop the other one: ${stopText(user, desired.owner)}`,
    ],
  };
}

function stopText({ name, ownership }: ObservedContainer, owner: PlanContext['desired']['owner']): string {
  if (ownership?.owner.kind !== 'project' || isSameOwner(ownership.owner, owner)) return `docker stop ${name}`;
  return `dockerops stop:${ownership.service},instance=${ownership.instance}, in ${ownership.owner.path}`;
}
