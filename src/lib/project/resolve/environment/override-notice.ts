import type { ExplainedVariable } from './environment.ts';

/** One line for all variables that the environment of the command gives another value than the files do. */
export function overrideNotices(variables: readonly ExplainedVariable[]): readonly string[] {
  const names = variables.flatMap(({ name, value, origin, overridden }) => {
    const [written] = overridden;
    if (origin.source !== 'environment' || written === undefined) return [];
    return JSON.stringify(written.value) === JSON.stringify(value) ? [] : [`${name} (${placeOf(written.origin)})`];
  });
  if (names.length === 0) return [];
  return [`the environment of this command overrides ${[...new Set(names)].join(', ')}`];
}

function placeOf({ source, where = source }: ExplainedVariable['origin']): string {
  return where === '' ? source : where;
}
