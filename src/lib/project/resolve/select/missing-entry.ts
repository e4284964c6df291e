import type { RunRequest } from '../../../model/run-request.ts';
import { entriesOf, type RunConf } from '../../conf/run-conf-entry.ts';
import type { LoadedProject } from '../../load-project.ts';

/** A notice when no entry applies to the instance of a request; undefined when one does, or for an unknown service. */
export function missingEntry(
  { conf, services }: Pick<LoadedProject, 'conf' | 'services'>,
  { target, service = '', instance }: RunRequest,
): string | undefined {
  if (target !== 'service' || !services.has(service)) return undefined;
  const applies = entriesOf(service, conf).some(
    ({ values }) => typeof values.instance !== 'string' || values.instance === instance,
  );
  return applies ? undefined : defaultsNotice(service, instance, conf);
}

export function defaultsNotice(service: string, instance: string | undefined, conf: RunConf): string {
  const known = entriesOf(service, conf)
    .map(({ values }) => values.instance)
    .filter((name) => typeof name === 'string');
  const what = instance === undefined ? `${service} without an instance name` : `${service},instance=${instance}`;
  const others = known.length === 0 ? '' : ` (it has ${known.join(', ')})`;
  return `${conf.file} has no entry for ${what}${others}, so defaults apply`;
}

/** Path of the run conf in which a request for all finds no entries. */
export function emptyConf(
  { conf, confPath }: Pick<LoadedProject, 'conf' | 'confPath'>,
  { target }: RunRequest,
): string | undefined {
  return target === 'all' && conf.entries.length === 0 ? confPath : undefined;
}
