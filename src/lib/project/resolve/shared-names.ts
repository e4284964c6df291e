import type { Problem } from '../../errors.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { sharedNames } from '../conf/shared-names.ts';
import type { Selected } from './select/selected.ts';

/** Names of what is requested that are an instance's and a service's, also of what runs. */
export function sharedNameProblems(
  selected: readonly Selected[],
  own: readonly ObservedContainer[],
): readonly Problem[] {
  const keys = new Set(selected.map(({ key }) => key));
  const running = own.flatMap(({ state, ownership }) =>
    state !== 'running' || ownership === undefined || keys.has(ownership.key)
      ? []
      : [{ service: ownership.service, key: ownership.key, where: undefined }],
  );
  return sharedNames([
    ...running,
    ...selected.map(({ service, key, entry }) => ({ service: service.name, key, where: entry?.where })),
  ]);
}
