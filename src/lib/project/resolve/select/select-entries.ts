import { instanceKey } from '../../conf/instance-key.ts';
import type { RunConfEntry } from '../../conf/run-conf-entry.ts';
import { isAutostarted } from './autostart.ts';
import { isOfEntry, ownInstances } from './own-instances.ts';
import { selectEntry } from './select-entry.ts';
import { selectService } from './select-service.ts';
import type { Selection, SelectionContext, SelectionInput } from './selection.ts';
import { unknownGroup } from './unknown-group.ts';

/**
 * Which instances a request means, in the order of run.conf, and which entry applies to each. Throws for a service or a
 * group that does not exist.
 */
export function selectEntries(input: SelectionInput): Selection {
  const context = { ...input, own: ownInstances(input.project, input.observed) };
  if (input.request.target === 'service') return selectService(context);
  const entries = requestedEntries(context);
  const results = entries.map((entry) => selectEntry(entry, context));
  return {
    selected: results.filter((result) => 'key' in result),
    problems: results.filter((result) => 'message' in result),
    notAutostarted: instancesOfOthers(entries, context),
    notices: [],
  };
}

function requestedEntries({ conf: { entries }, request, own }: SelectionContext): readonly RunConfEntry[] {
  const { target, group = '' } = request;
  if (target === 'entries') return entries;
  if (target === 'all') {
    const running = own.filter(({ state }) => state === 'running');
    // One that was started by name belongs to the project while it runs.
    return entries.filter((entry) => isAutostarted(entry) || running.some((instance) => isOfEntry(entry, instance)));
  }
  const ofGroup = entries.filter(({ values }) => values.group === group);
  if (ofGroup.length === 0) throw unknownGroup(group, entries);
  return ofGroup;
}

function instancesOfOthers(requested: readonly RunConfEntry[], { conf, own }: SelectionContext): readonly string[] {
  const others = conf.entries.filter((entry) => !requested.includes(entry));
  return others.flatMap((entry) =>
    own.filter((instance) => isOfEntry(entry, instance)).map(({ service, instance }) => instanceKey(service, instance)),
  );
}
