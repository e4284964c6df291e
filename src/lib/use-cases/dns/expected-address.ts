import { labelledFoundAt } from '../../model/found-at.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { plainText } from '../../model/template.ts';
import { addressOf } from '../inspect/list-instances.ts';

/** Where the names of a running instance have to lead; undefined: it has no address that could be published. */
export function expectedAddress(container: ObservedContainer): string | undefined {
  const given = labelledFoundAt(container.ownership?.spec ?? {});
  const address = given === undefined ? addressOf(container) : (plainText(given) ?? '');
  return address === '' ? undefined : address;
}

/** The same of several, by key. */
export function expectedAddresses(containers: readonly ObservedContainer[]): ReadonlyMap<string, string | undefined> {
  return new Map(containers.map((container) => [container.ownership?.key ?? '', expectedAddress(container)]));
}
