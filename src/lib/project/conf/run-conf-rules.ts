import type { Problem } from '../../errors.ts';
import { buildProblems } from './build-rules.ts';
import { engineProblems } from './engine-rules/engine-problems.ts';
import { expandReplicas, replicaProblems } from './replicas.ts';
import { nameProblems, repeatedEntries } from './name-rules.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';
import { namesOfTwoKinds } from './shared-names.ts';

/** What a schema cannot say of entries. The entries need not be valid by the schema. */
export function entryProblems(entries: readonly RunConfEntry[]): readonly Problem[] {
  const named = entries.filter(hasNames);
  const expanded = named.flatMap(expandReplicas);
  return [
    ...named.flatMap(nameProblems),
    ...named.flatMap(replicaProblems),
    ...repeatedEntries(expanded),
    ...namesOfTwoKinds(expanded),
    ...entries.flatMap(contradictions),
    ...buildProblems(entries),
    ...entries.flatMap(engineProblems),
  ];
}

function hasNames({ values: { service, instance, hostname } }: RunConfEntry): boolean {
  const names = [instance, hostname].filter((name) => name !== undefined && name !== null);
  return [service, ...names].every((name) => typeof name === 'string');
}

/** Keys whose values contradict each other. */
function contradictions(entry: RunConfEntry): readonly Problem[] {
  const { autostart, autorun, network_mode: mode, nethost, wait, restart } = entry.values;
  const problems: Problem[] = [];
  if (typeof autostart === 'boolean' && typeof autorun === 'boolean' && autostart !== autorun)
    problems.push({
      where: placeIn(entry, 'autorun'),
      message: '"autostart" and "autorun" have different values, but are two names of one key',
      suggestion: 'keep "autostart"',
    });
  if (mode !== undefined && nethost === false)
    problems.push({
      where: placeIn(entry, 'nethost'),
      message: '"nethost" is false, but "network_mode" selects the network of the host',
      suggestion: 'keep one of them',
    });
  if (wait === 'completed' && restart !== 'no') problems.push(restartedJob(entry));
  return problems;
}

/** A default for `restart` is right for other entries, so the place is that of the job. */
function restartedJob(entry: RunConfEntry): Problem {
  const [isInherited, isJobInherited] = ['restart', 'wait'].map((key) => entry.inherited?.includes(key) === true);
  const isOfEntry = isInherited === true && isJobInherited === false;
  return {
    where: placeIn(entry, entry.values.restart === undefined || isOfEntry ? 'wait' : 'restart'),
    message: '"wait": "completed" needs "restart": "no", or the engine would start the job again when it has ended',
    suggestion: isOfEntry ? 'write "restart": "no" in this entry' : 'write "restart": "no"',
  };
}
