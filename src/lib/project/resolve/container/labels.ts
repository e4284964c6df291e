import type { Problem } from '../../../errors.ts';
import { label } from '../../../labels.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import { parsePairs } from './pairs.ts';

/** Labels of run.conf, and those that say which entry of which conf an instance comes from. */
export function resolveLabels({ entry, selected, project }: InstanceContext): Readonly<Record<string, string>> {
  return {
    ...parsePairs(entry?.values.labels ?? {}),
    ...(project.confPath === undefined ? {} : { [label.conf]: project.conf.file }),
    ...(selected.unnamed ? { [label.unnamed]: 'true' } : {}),
  };
}

export function labelProblems(entry: RunConfEntry): readonly Problem[] {
  const reserved = Object.keys(parsePairs(entry.values.labels ?? {})).filter((name) => name.startsWith('dockerops.'));
  return reserved.map((name) => ({
    where: placeIn(entry, `labels.${name}`),
    message: `the label ${name} is reserved, as are all that begin with "dockerops."`,
    suggestion: 'give it another name',
  }));
}
