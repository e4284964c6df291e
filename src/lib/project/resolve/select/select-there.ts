import { instanceKey } from '../../conf/instance-key.ts';
import { entriesOf, type RunConf } from '../../conf/run-conf-entry.ts';
import type { Service } from '../../services.ts';
import { defaultsNotice } from './missing-entry.ts';
import { byAge, entryFor, isUnnamed, type OwnInstance } from './own-instances.ts';
import type { Selected } from './selected.ts';
import type { Selection, SelectionContext } from './selection.ts';

/** Oldest first, each with the entry that applies to it. */
export function selectThere(service: Service, there: readonly OwnInstance[], context: SelectionContext): Selection {
  const { conf } = context;
  const entries = entriesOf(service.name, conf);
  const { meant, left } = splitLeft(service.name, there, conf);
  const selected = oldestFirst(meant).map(({ instance, unnamed }): Selected => {
    const entry = entryFor(instance, entries);
    const isOwned = unnamed && isUnnamed(entry);
    return { key: instanceKey(service.name, instance), service, instance, entry, unnamed: isOwned };
  });
  const withDefaults = selected.filter(({ entry }) => entry === undefined);
  return {
    selected,
    notAutostarted: [],
    problems: [],
    notices: [
      ...withDefaults.map(({ instance }) => defaultsNotice(service, instance, conf)),
      ...leftNotices(left, context),
    ],
  };
}

export function leftNotices(left: readonly OwnInstance[], { conf, services }: SelectionContext): readonly string[] {
  return oldestFirst(left).map((each) => leftNotice(each, conf, services.has(each.service)));
}

/** Each once: a replacement that was interrupted leaves two containers of one instance. */
export function oldestFirst(instances: readonly OwnInstance[]): readonly OwnInstance[] {
  const firstOf = (one: OwnInstance): number => instances.findIndex(({ instance }) => instance === one.instance);
  return instances.filter((each, index) => firstOf(each) === index).toSorted(byAge);
}

/**
 * Of the instances that there are of a service: those that a command for the service means, and those that have left
 * run.conf. What entries say of a service is not for the latter, and defaults could take from them what they need. Of a
 * service without entries all have only defaults.
 */
export function splitLeft(
  service: string,
  there: readonly OwnInstance[],
  conf: RunConf,
): { readonly meant: readonly OwnInstance[]; readonly left: readonly OwnInstance[] } {
  const entries = entriesOf(service, conf);
  const isLeft = ({ instance }: OwnInstance): boolean =>
    entries.length > 0 && entryFor(instance, entries) === undefined;
  return { meant: there.filter((each) => !isLeft(each)), left: there.filter(isLeft) };
}

/** `isKnown`: its service is one of the project, so that it could be made again. */
function leftNotice({ service, instance }: OwnInstance, conf: RunConf, isKnown: boolean): string {
  const words = `${service},instance=${instance}`;
  const again = isKnown ? `; to replace it, with defaults: dockerops rerun:${words}` : '';
  return `${words} is not in ${conf.file} and is left as it is; to remove it: dockerops clean:${words}${again}`;
}
