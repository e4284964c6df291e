import type { Problem } from '../../errors.ts';
import type { InstanceSpec } from '../../model/desired.ts';

/** Instances that would wait for each other. */
export function cycleProblems(specs: readonly InstanceSpec[]): readonly Problem[] {
  const byKey = new Map(specs.map((spec) => [spec.key, spec]));
  const finished = new Set<string>();
  const problems: Problem[] = [];
  const visit = (key: string, path: readonly string[]): void => {
    const start = path.indexOf(key);
    if (start >= 0) problems.push(cycleProblem([...path.slice(start), key], byKey.get(path.at(-1) ?? '')));
    if (start >= 0 || finished.has(key)) return;
    for (const next of byKey.get(key)?.after ?? []) visit(next, [...path, key]);
    finished.add(key);
  };
  for (const { key } of specs) visit(key, []);
  return problems;
}

/** At the place where the last instance of the cycle says what it waits for. */
function cycleProblem(cycle: readonly string[], last: InstanceSpec | undefined): Problem {
  const where = (last?.origins['after'] ?? last?.origins['network.links'])?.where;
  return {
    ...(where === undefined ? {} : { where }),
    message: `these instances wait for each other: ${cycle.join(' -> ')}`,
    suggestion: 'remove one of the links or one "depends_on"; names in the DNS need no order',
  };
}
