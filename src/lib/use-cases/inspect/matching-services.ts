import type { ObservedState } from '../../model/observed-state.ts';
import { isMeant, matchesWildcard } from '../../model/wildcard.ts';
import { ownContainers } from '../../plan/ownership.ts';
import type { ObservedProject } from '../open-project.ts';

/**
 * Names of the services of the project, and of those that have instances, that a pattern means; base services only if
 * they are used. As for instances, it may reach into the name of one.
 */
export function matchingServices(
  words: string,
  observed: ObservedState,
  { project, owner }: ObservedProject,
): readonly string[] {
  const own = [...project.services.values()].filter(({ kind }) => kind !== 'base').map(({ name }) => name);
  const written = project.conf.entries.map(({ values }) => values);
  const there = [...ownContainers(owner, observed).values()].flatMap(({ ownership }) => ownership ?? []);
  const meant = [...written, ...there]
    .filter(({ service, instance }) =>
      isMeant({ service: words, instance: undefined }, { service, instance: instance ?? '' }),
    )
    .map(({ service }) => service);
  return [...new Set([...own.filter((name) => matchesWildcard(words, name)), ...meant])].sort();
}
