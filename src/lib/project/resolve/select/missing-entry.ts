import type { Problem } from '../../../errors.ts';
import type { RunRequest } from '../../../model/run-request.ts';
import { entriesOf, placeIn, type RunConf } from '../../conf/run-conf-entry.ts';
import type { LoadedProject } from '../../load-project.ts';
import type { Service } from '../../services.ts';

/** A notice when no entry applies to the instance of a request; undefined when one does, or for an unknown service. */
export function missingEntry(
  { conf, services }: Pick<LoadedProject, 'conf' | 'services'>,
  { target, service: name = '', instance }: RunRequest,
): string | undefined {
  const service = services.get(name);
  if (target !== 'service' || service === undefined) return undefined;
  const applies = entriesOf(name, conf).some(
    ({ values }) => typeof values.instance !== 'string' || values.instance === instance,
  );
  return applies ? undefined : defaultsNotice(service, instance, conf);
}

export function defaultsNotice(service: Service, instance: string | undefined, conf: RunConf): string {
  const { name } = service;
  const known = entriesOf(name, conf)
    .map(({ values }) => values.instance)
    .filter((each) => typeof each === 'string');
  const what = instance === undefined ? `${name} without an instance name` : `${name},instance=${instance}`;
  const others = known.length === 0 ? '' : ` (it has ${known.join(', ')})`;
  const image = service.kind === 'image' ? `, with the image ${service.images[0] ?? ''}` : '';
  return `${conf.file} has no entry for ${what}${others}, so defaults apply${image}`;
}

/** A service without a folder has the image of its entries; without an entry of its own, an instance has no choice. */
export function imageProblems(service: Service, instance: string, conf: RunConf): readonly Problem[] {
  if (service.kind !== 'image' || service.images.length === 1) return [];
  const written = entriesOf(service.name, conf).flatMap((entry) =>
    entry.values.image === undefined ? [] : [`${entry.values.image} at ${placeIn(entry, 'image')}`],
  );
  const list = written.join(', ');
  return [
    {
      where: '--instance',
      message: `the entries of ${service.name} have different images (${list}), so none applies to ${instance}`,
      suggestion: `add an entry with "instance": "${instance}" to ${conf.file}`,
    },
  ];
}

/** Path of the run conf in which a request for all finds no entries. */
export function emptyConf(
  { conf, confPath }: Pick<LoadedProject, 'conf' | 'confPath'>,
  { target }: RunRequest,
): string | undefined {
  return target === 'all' && conf.entries.length === 0 ? confPath : undefined;
}
