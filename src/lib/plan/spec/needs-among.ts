import { isDns } from '../../model/dns-service.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { ExistingInstance } from './existing-instance.ts';

/** The keys that each instance needs among the others: the targets of its links, and the DNS. Cycles are broken. */
export function needsAmong(existing: readonly ExistingInstance[]): ReadonlyMap<string, readonly string[]> {
  const byContainer = new Map(existing.map(({ spec }) => [spec.container, spec.key]));
  const dns = existing.filter(({ spec }) => isDns(spec)).map(({ spec }) => spec.key);
  const needed = new Map(existing.map(({ spec }) => [spec.key, neededBy(spec, byContainer, isDns(spec) ? [] : dns)]));
  return withoutCircles(needed);
}

function neededBy(
  { key, network }: InstanceSpec,
  byContainer: ReadonlyMap<string, string>,
  dns: readonly string[],
): readonly string[] {
  const links = network.mode === 'network' ? network.links.flatMap(({ target }) => byContainer.get(target) ?? []) : [];
  return [...new Set([...links, ...dns])].filter((other) => other !== key).sort();
}

function withoutCircles(needed: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const kept = new Map<string, readonly string[]>();
  const visit = (key: string, path: readonly string[]): void => {
    if (kept.has(key)) return;
    const needs = (needed.get(key) ?? []).filter((other) => other !== key && !path.includes(other));
    for (const other of needs) visit(other, [...path, key]);
    kept.set(key, needs);
  };
  for (const key of needed.keys()) visit(key, []);
  return kept;
}
