import type { Problem } from '../../../errors.ts';
import { instanceKey } from '../../conf/instance-key.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import { unknownService } from '../../services.ts';
import { byAge } from './own-instances.ts';
import type { Selected } from './selected.ts';
import type { SelectionContext } from './selection.ts';

/** The instance of an entry, or the problem that its service does not exist. */
export function selectEntry(entry: RunConfEntry, context: SelectionContext): Selected | Problem {
  const { service: name, instance } = entry.values;
  const service = context.services.get(name);
  if (service === undefined) return unknownEntryService(entry, context);
  const unnamed = typeof instance !== 'string';
  const chosen = unnamed ? nameOfUnnamed(name, context) : instance;
  return { key: instanceKey(name, chosen), service, instance: chosen, entry, unnamed };
}

function unknownEntryService(entry: RunConfEntry, { services, servicesDirectory }: SelectionContext): Problem {
  const { message, suggestions } = unknownService(entry.values.service, services, servicesDirectory);
  return { where: placeIn(entry, 'service'), message, suggestion: suggestions.join('; ') };
}

/** An entry without an instance name keeps the instance that it owns (the oldest of several); else it gets a name. */
function nameOfUnnamed(service: string, { own, newName }: SelectionContext): string {
  const [oldest] = own.filter((instance) => instance.service === service && instance.unnamed).sort(byAge);
  return oldest?.instance ?? newName();
}
