import { definedOnly } from '../../../defined.ts';
import { isPattern } from '../../../model/wildcard.ts';
import { entriesOf, type RunConf } from '../../conf/run-conf-entry.ts';

/**
 * Commands that run a service as run.conf has it: where its entries are named, the service alone would be one more.
 * None for a pattern, which means instances that there are.
 */
export function runCommands(service: string, instance: string | undefined, conf: RunConf): readonly string[] {
  if (isPattern(definedOnly({ service, instance }))) return [];
  const entries = entriesOf(service, conf).map(({ values }) => values.instance ?? undefined);
  const named = entries.includes(undefined) ? [] : [...new Set(entries)];
  const instances = instance === undefined && named.length > 0 ? named : [instance];
  return instances.map((name) => `dockerops run:${service}${name === undefined ? '' : `,instance=${name}`}`);
}
