import type { Decision } from './decision.ts';

/** Instances behind those that they wait for, else in their order. */
export function dependenciesFirst(decisions: Iterable<Decision>): readonly Decision[] {
  const byKey = new Map([...decisions].map((decision) => [decision.spec.key, decision]));
  const visited = new Set<Decision>();
  const placed: Decision[] = [];
  const place = (decision: Decision): void => {
    if (visited.has(decision)) return;
    visited.add(decision);
    for (const key of decision.spec.after) {
      const other = byKey.get(key);
      if (other !== undefined) place(other);
    }
    placed.push(decision);
  };
  for (const decision of byKey.values()) place(decision);
  return placed;
}
