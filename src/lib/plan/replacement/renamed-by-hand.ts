import type { Owner } from '../../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import type { RecoveredOne } from './recovered-one.ts';
import { replacedName } from './replacement-names.ts';

type Renamed = RecoveredOne & Required<Pick<RecoveredOne, 'result'>>;

/**
 * A project's instances whose containers have another name than they were made with: their labels say which they are.
 * Each gets its name back, unless that is in use, or another container is of the same instance.
 */
export function renamedByHand(
  owner: Owner,
  own: readonly ObservedContainer[],
  { containers }: ObservedState,
): readonly Renamed[] {
  if (owner.kind !== 'project') return [];
  const names = new Set(containers.map(({ name }) => name));
  const ofKey = Map.groupBy(own, ({ ownership }) => ownership?.key ?? '');
  return [...ofKey].flatMap(([key, [container, ...others]]) => {
    const name = `${owner.name}-${key}`;
    if (container === undefined || others.length > 0 || names.has(name)) return [];
    return replacedName(container) === undefined ? [giveBack(container, key, name)] : [];
  });
}

function giveBack(container: ObservedContainer, key: string, name: string): Renamed {
  const rename = { id: `restore name of ${key}`, kind: 'rename-container', subject: key } as const;
  const cause = `its container was renamed to ${container.name}`;
  return {
    operations: [{ ...rename, cause, needs: [], container: container.name, name }],
    removed: [],
    result: { ...container, name },
  };
}
