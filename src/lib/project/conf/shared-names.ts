import { definedOnly } from '../../defined.ts';
import type { Problem } from '../../errors.ts';
import { instanceKey } from './instance-key.ts';
import type { RunConfEntry } from './run-conf-entry.ts';

/**
 * Entries of which the instance has the name of another one's service: `web` with `one`, and a service `web-one`. Both
 * would be found under it.
 */
export function namesOfTwoKinds(entries: readonly RunConfEntry[]): readonly Problem[] {
  return sharedNames(
    entries.map(({ values: { service, instance }, where }) => ({
      service,
      key: typeof instance === 'string' ? instanceKey(service, instance) : undefined,
      where,
    })),
  );
}

export interface Named {
  readonly service: string;
  /** Undefined for an instance that gets its name later. */
  readonly key: string | undefined;
  readonly where: string | undefined;
}

/** The problems of names that are an instance's and a service's, each at the later of the two. */
export function sharedNames(all: readonly Named[]): readonly Problem[] {
  const services = new Map<string, number>();
  all.forEach(({ service }, index) => services.set(service, services.get(service) ?? index));
  return all.flatMap(({ key, service }, index) => {
    const other = key === undefined ? undefined : services.get(key);
    if (key === undefined || other === undefined) return [];
    const [first, later] = index < other ? [all[index], all[other]] : [all[other], all[index]];
    const instance = `instance "${key.slice(service.length + 1)}" of service "${service}"`;
    const place = first?.where === undefined ? '' : `, at ${first.where}`;
    return [
      {
        ...definedOnly({ where: later?.where }),
        message:
          index < other
            ? `the name ${key} is also that of ${instance}${place}`
            : `the name of ${instance}, ${key}, is also that of a service${place}`,
        suggestion: 'give the service another name, or the instance',
      },
    ];
  });
}
