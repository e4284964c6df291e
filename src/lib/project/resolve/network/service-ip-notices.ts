import { publishesOnHost } from '../../../model/found-at.ts';
import { plainText } from '../../../model/template.ts';
import type { ResolvedInstance } from '../instance.ts';
import { listKeys } from './dns-notices.ts';
import { isLoopback } from './host-address-rules.ts';

/** What comes of a SERVICE_IP that does not do what it says: one notice for all instances to which it happens. */
export function serviceIpNotices(instances: readonly ResolvedInstance[]): readonly string[] {
  return [...unfindable(instances), ...unused(instances)];
}

/** Ports bind to it, but no name can lead to it. */
function unfindable(instances: readonly ResolvedInstance[]): readonly string[] {
  const named = instances.filter(({ spec, withoutNames }) => spec.lease !== 'none' && withoutNames === undefined);
  const found = named.filter(({ spec }) => publishesOnHost(spec));
  const values = new Set(found.map(serviceIpOf).filter(isLoopback));
  return [...values].map((value) => {
    const keys = found.filter((instance) => serviceIpOf(instance) === value).map(({ spec }) => spec.key);
    const instead = `names lead to the containers of ${listKeys(keys)} instead`;
    return `SERVICE_IP ${value} cannot be reached by others: ${instead}`;
  });
}

/** For the whole host it is for those that publish; for one instance it was meant for that one. */
function unused(instances: readonly ResolvedInstance[]): readonly string[] {
  const keys = instances
    .filter((instance) => serviceIpOf(instance) !== '' && isOwn(instance) && !publishesOnHost(instance.spec))
    .map(({ spec }) => spec.key);
  return keys.length === 0 ? [] : [`SERVICE_IP has no effect for ${listKeys(keys)}: no port is published`];
}

function variableOf({ variables }: ResolvedInstance): ResolvedInstance['variables'][number] | undefined {
  return variables.find(({ name }) => name === 'SERVICE_IP');
}

function serviceIpOf(instance: ResolvedInstance): string {
  return plainText(variableOf(instance)?.value) ?? '';
}

function isOwn(instance: ResolvedInstance): boolean {
  const source = variableOf(instance)?.origin.source;
  return source === 'run.conf' || source === 'env_file';
}
