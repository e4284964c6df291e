import type { ExplainedVariable } from './environment.ts';

/** One line for all variables that the environment of the command gives another value than the files do. */
export function overrideNotices(variables: readonly ExplainedVariable[]): readonly string[] {
  const overridden = variables.flatMap(({ name, value, origin, beat }) => {
    const [written] = beat;
    if (origin.source !== 'environment' || written === undefined) return [];
    return JSON.stringify(written.value) === JSON.stringify(value) ? [] : [`${name} (${placeOf(written.origin)})`];
  });
  if (overridden.length === 0) return [];
  return [`the environment of this command overrides ${[...new Set(overridden)].join(', ')}`];
}

function placeOf({ source, where = source }: ExplainedVariable['origin']): string {
  return where === '' ? source : where;
}
