import { definedOnly } from '../../defined.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord, type Path, type YamlMap } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { asList, namesOf } from './yaml-values.ts';

/** The instance that a service of a compose file becomes. */
export const importedInstance = 'main';

type Links = Exclude<NonNullable<EntryValues['links']>[number], string>[];

/**
 * A service is ready when its healthcheck says so, so `service_started` and `service_healthy` are the same here. A
 * renamed service is linked as well, so that it is found by its old name.
 */
export function convertDependsOn(value: unknown, context: ServiceContext): Pick<EntryValues, 'depends_on' | 'links'> {
  const known = namesOf(value).flatMap((name, index) => {
    const service = findService(name, ['depends_on', Array.isArray(value) ? index : name], context);
    return service === undefined ? [] : [{ name, service }];
  });
  if (isRecord(value)) for (const [name, how] of Object.entries(value)) reportConditions(name, how, context);
  const links: Links = known
    .filter(({ name, service }) => name !== service)
    .map(({ name, service }) => ({ name, service, instance: importedInstance }));
  return definedOnly({
    depends_on: known.length === 0 ? undefined : known.map(({ service }) => service),
    links: links.length === 0 ? undefined : links,
  });
}

/** `db`, or `db:database` for the service db by the name database. */
export function convertLinks(value: unknown, context: ServiceContext): Pick<EntryValues, 'links'> {
  const links = asList(value).flatMap((link, index): Links => {
    const [target = '', name = target] = link.split(':');
    const service = findService(target, ['links', index], context);
    return service === undefined ? [] : [{ name, service, instance: importedInstance }];
  });
  return links.length === 0 ? {} : { links };
}

function findService(name: string, path: Path, context: ServiceContext): string | undefined {
  const service = context.names.get(name);
  if (service === undefined) context.drop(path, `there is no service ${name} in this file`);
  return service;
}

/** Names here of the services that others wait for until they have ended with success. */
export function jobsAmong(
  services: Readonly<Record<string, YamlMap>>,
  names: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const dependencies = Object.values(services).flatMap(({ depends_on: needed }) =>
    isRecord(needed) ? Object.entries(needed) : [],
  );
  const jobs = dependencies.filter(([, how]) => isRecord(how) && how['condition'] === 'service_completed_successfully');
  return new Set(jobs.map(([name]) => names.get(name) ?? name));
}

function reportConditions(name: string, how: unknown, context: ServiceContext): void {
  if (!isRecord(how)) return;
  for (const key of Object.keys(how))
    if (key !== 'condition') context.drop(['depends_on', name, key], `"${key}" of a dependency is not supported`);
}
