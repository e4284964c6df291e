import type { EntryValues } from '../conf/run-conf-entry.ts';
import { importedInstance } from './convert-dependencies.ts';

/** As the schema of run.conf has it. */
const linkName = /^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?$/;

/** An entry, and all texts in which its service may name others. */
export interface NamingEntry {
  readonly entry: EntryValues;
  readonly texts: string;
}

/**
 * Links each service to those whose old names it uses, so that they go on leading to them. A link starts its target
 * first; where that would be a circle, the target has the old name as well.
 */
export function linkOldNames(
  entries: readonly NamingEntry[],
  names: ReadonlyMap<string, string>,
): readonly EntryValues[] {
  const renamed = new Map([...names].filter(([before, now]) => before !== now && linkName.test(before)));
  const linked = new Map(entries.map(({ entry }) => [entry.service, entry]));
  for (const { entry, texts } of entries)
    for (const before of wordsOf(texts)) {
      const now = renamed.get(before);
      const current = linked.get(entry.service) ?? entry;
      if (now === undefined || entry.service === now || !linked.has(now) || hasLink(current, before)) continue;
      const target = linked.get(now);
      if (target !== undefined && needs(now, entry.service, linked)) linked.set(now, withAlias(target, before));
      else linked.set(entry.service, withLink(current, before, now));
    }
  return entries.map(({ entry }) => linked.get(entry.service) ?? entry);
}

/** What may be a host name: `http://app_db:80/` has three such words. */
function wordsOf(texts: string): ReadonlySet<string> {
  return new Set(texts.match(/[A-Za-z0-9][\w-]*(?:\.[\w-]+)*/g));
}

function hasLink({ links = [] }: EntryValues, name: string): boolean {
  return links.some((link) => typeof link !== 'string' && link.name === name);
}

function withLink(entry: EntryValues, name: string, service: string): EntryValues {
  return { ...entry, links: [...(entry.links ?? []), { name, service, instance: importedInstance }] };
}

function withAlias(entry: EntryValues, name: string): EntryValues {
  return { ...entry, aliases: [...new Set([...(entry.aliases ?? []), name])] };
}

/** Whether a service starts after another one. */
function needs(
  service: string,
  other: string,
  entries: ReadonlyMap<string, EntryValues>,
  seen = new Set<string>(),
): boolean {
  if (service === other) return true;
  if (seen.has(service)) return false;
  seen.add(service);
  const { links = [], depends_on: dependencies = [] } = entries.get(service) ?? {};
  const before = [...dependencies, ...links.flatMap((link) => (typeof link === 'string' ? [] : [link.service]))];
  return before.some((each) => needs(each, other, entries, seen));
}
