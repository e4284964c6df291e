import { findNearest } from '../../../did-you-mean.ts';
import { UserError } from '../../../errors.ts';
import type { RunConfEntry } from '../../conf/run-conf-entry.ts';

export function unknownGroup(group: string, entries: readonly RunConfEntry[]): UserError {
  const groups = [...new Set(entries.flatMap(({ values }) => values.group ?? []))].sort();
  const nearest = findNearest(group, groups);
  return new UserError(`no entry of run.conf has the group "${group}"`, {
    code: 'UNKNOWN_GROUP',
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      groups.length === 0 ? 'no entry of run.conf has a "group"' : `the groups are ${groups.join(', ')}`,
    ],
  });
}
