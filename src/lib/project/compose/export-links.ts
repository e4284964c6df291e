import { definedOnly } from '../../defined.ts';
import { instanceKey } from '../conf/instance-key.ts';
import type { RunConfEntry } from '../conf/run-conf-entry.ts';
import { parseLink } from '../resolve/network/link-pattern.ts';
import type { ExportContext } from './export-context.ts';

/** Links, and what has to be ready before, as Compose has them. */
export function exportLinks(context: ExportContext): Readonly<Record<string, unknown>> {
  const { entry, names, lose } = context;
  const links = (entry.values.links ?? []).flatMap((link, index) => {
    const parsed = parseLink(link, context.services);
    if ('problem' in parsed) return [];
    const { name, matches } = parsed.pattern;
    const [target, ...others] = context.entries.filter(({ values }) =>
      matches(values.service, nameOf(values.instance)),
    );
    if (target !== undefined && others.length === 0) return [{ target, name }];
    lose(`links.${String(index)}`, `the link ${name} is lost: in a compose file it has one target`);
    return [];
  });
  const needed = new Set([...links.map(({ target }) => target), ...dependenciesOf(context)]);
  const condition = [...needed].map((target) => [names.get(target) ?? '', { condition: conditionOf(target) }] as const);
  return definedOnly({
    links: links.length === 0 ? undefined : links.map(({ target, name }) => `${names.get(target) ?? ''}:${name}`),
    depends_on: condition.length === 0 ? undefined : Object.fromEntries(condition),
  });
}

function nameOf(instance: string | null | undefined): string {
  return instance ?? '';
}

function dependenciesOf({ entry, entries }: ExportContext): readonly RunConfEntry[] {
  return (entry.values.depends_on ?? []).flatMap((name) =>
    entries.filter(
      ({ values: { service, instance } }) => service === name || instanceKey(service, nameOf(instance)) === name,
    ),
  );
}

function conditionOf({ values: { wait, healthcheck } }: RunConfEntry): string {
  if (wait === 'completed') return 'service_completed_successfully';
  return healthcheck !== undefined && healthcheck.disable !== true ? 'service_healthy' : 'service_started';
}
