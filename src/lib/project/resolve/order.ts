import { findNearest } from '../../did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import { instanceKey } from '../conf/instance-key.ts';
import { placeIn } from '../conf/run-conf-entry.ts';
import type { InstanceContext } from './context.ts';
import type { ResolvedLinks } from './network/links.ts';

export interface ResolvedOrder {
  /** Keys of the instances that must be ready before, sorted. */
  readonly after: readonly string[];
  readonly problems: readonly Problem[];
}

/** An instance starts after the targets of its links, after those in `depends_on`, and after the DNS. */
export function resolveOrder(links: ResolvedLinks, context: InstanceContext): ResolvedOrder {
  const after = new Set([...links.after, ...dependencies(context), ...dnsFirst(context)]);
  return { after: [...after].sort(), problems: dependencyProblems(context) };
}

function dependencies({ entry, key, selection }: InstanceContext): readonly string[] {
  const names = entry?.values.depends_on ?? [];
  return selection
    .filter((other) => other.key !== key && (names.includes(other.key) || names.includes(other.service.name)))
    .map((other) => other.key);
}

function dnsFirst({ isLinked, isDns, isOnHost, dns }: InstanceContext): readonly string[] {
  return isLinked && !isDns && !isOnHost && dns?.target?.isInRun === true ? [dns.target.key] : [];
}

function dependencyProblems({ entry, selection, project }: InstanceContext): readonly Problem[] {
  if (entry?.values.depends_on === undefined) return [];
  const named = project.conf.entries.flatMap(({ values: { service, instance } }) =>
    typeof instance === 'string' ? [instanceKey(service, instance)] : [],
  );
  const known = new Set([...project.services.keys(), ...selection.map(({ key }) => key), ...named]);
  return entry.values.depends_on.flatMap((name, index) => {
    if (known.has(name)) return [];
    const nearest = findNearest(name, [...known]);
    return {
      where: placeIn(entry, `depends_on.${String(index)}`),
      message: `"${name}" is neither a service nor a <service>-<instance> of this project`,
      suggestion: nearest === undefined ? `the names are ${[...known].join(', ')}` : `did you mean "${nearest}"?`,
    };
  });
}
