import { entriesOf, type RunConf } from '../../conf/run-conf-entry.ts';

/** Commands that run a service as run.conf has it: where its entries are named, the service alone would be one more. */
export function runCommands(service: string, instance: string | undefined, conf: RunConf): readonly string[] {
  const entries = entriesOf(service, conf).map(({ values }) => values.instance ?? undefined);
  const named = entries.includes(undefined) ? [] : [...new Set(entries)];
  const instances = instance === undefined && named.length > 0 ? named : [instance];
  return instances.map((name) => `dockerops run:${service}${name === undefined ? '' : `,instance=${name}`}`);
}
