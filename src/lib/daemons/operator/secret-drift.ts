import type { ObservedContainer, ObservedState } from '../../observe/observed-state.ts';
import type { InstanceSpec } from '../../project/project.ts';

/** The environment that a container was really made with, as the engine says. */
export type RealEnvironment = ReadonlyMap<string, string>;

/** Values of secrets are in no label, so that a change of one is seen only in the container itself. */
export function hasSecrets({ environment }: InstanceSpec): boolean {
  return environment.some(({ secret }) => secret);
}

/** Marks containers whose secrets are other than wanted, so that the planner finds the field, and never the value. */
export function markChangedSecrets(observed: ObservedState, wanted: readonly InstanceSpec[], real: ReadonlyMap<string, RealEnvironment>): ObservedState {
  const specs = new Map(wanted.map((spec) => [spec.container, spec]));
  return { ...observed, containers: observed.containers.map((container) => mark(container, specs.get(container.name), real.get(container.id))) };
}

function mark(container: ObservedContainer, spec: InstanceSpec | undefined, real: RealEnvironment | undefined): ObservedContainer {
  const { ownership } = container;
  if (spec === undefined || real === undefined || ownership === undefined) return container;
  const changed = new Set(spec.environment.filter(({ name, value, secret }) => secret && real.get(name) !== value.join('')).map(({ name }) => name));
  if (changed.size === 0) return container;
  const was = JSON.parse(ownership.spec) as { readonly environment?: readonly { readonly name: string }[] };
  const environment = was.environment?.map((variable) => (changed.has(variable.name) ? { name: variable.name, value: ['<another secret>'] } : variable));
  return { ...container, ownership: { ...ownership, specHash: '', spec: JSON.stringify({ ...was, environment }) } };
}
