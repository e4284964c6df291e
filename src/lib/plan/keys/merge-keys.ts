import type { DesiredKey, KeySource, RequestedKey } from '../../model/published-key.ts';
import { compareBytes } from './order.ts';

export interface MergedKeys {
  /** Sorted by key. */
  readonly keys: readonly DesiredKey[];
  /** One text for each key for which different values were requested. */
  readonly conflicts: readonly string[];
}

/**
 * Merges the requests of all policies, configurations and containers of a registrator: equal values are one, and of
 * different values the smallest is taken. One container that asks one policy for several values is no conflict.
 */
export function mergeKeys(requests: readonly RequestedKey[]): MergedKeys {
  const merged = [...Map.groupBy(requests, ({ key }) => key)]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, group]) => mergeKey(key, group));
  return {
    keys: merged.map(({ desired }) => desired),
    conflicts: merged.flatMap(({ conflict }) => conflict ?? []),
  };
}

function mergeKey(
  key: string,
  requests: readonly RequestedKey[],
): { readonly desired: DesiredKey; readonly conflict?: string } {
  const byValue = [...Map.groupBy(requests, ({ value }) => value)].sort(([a], [b]) => compareBytes(a, b));
  const [smallest, ...others] = byValue.map(([value, group]) => ({ value, sources: sourcesOf(group) }));
  if (smallest === undefined) throw new TypeError(`nobody asked for ${key}`);
  const desired = { key, ...smallest };
  const origin = originOf(smallest.sources[0]);
  const differing = others.find(({ sources }) => sources.some((source) => originOf(source) !== origin));
  if (differing === undefined) return { desired };
  const texts = [smallest, differing].map(({ value, sources }) => `${textOf(sources[0])} asks for ${value}`);
  return { desired, conflict: `${key}: ${texts.join(', ')}; the smaller value is published` };
}

function sourcesOf(requests: readonly RequestedKey[]): readonly KeySource[] {
  return [...new Map(requests.map(({ source }) => [textOf(source), source]))]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([, source]) => source);
}

function originOf(source: KeySource | undefined): string {
  return JSON.stringify([source?.policy, source?.container]);
}

/** `container web (policy skydns, configuration local)` */
function textOf(source: KeySource | undefined): string {
  if (source === undefined) return '';
  const { policy, configuration, container } = source;
  return `container ${container} (policy ${policy}${configuration === '' ? '' : `, configuration ${configuration}`})`;
}
