import type { Problem } from '../../../errors.ts';
import { labelComplaint } from '../../conf/dns-label.ts';
import { instanceKey, keyComplaint } from '../../conf/instance-key.ts';
import { type RunConfEntry, entriesOf } from '../../conf/run-conf-entry.ts';
import { type Service, unknownService } from '../../services.ts';
import { defaultsNotice } from './missing-entry.ts';
import { nameOfUnnamed } from './select-entry.ts';
import type { Selection, SelectionContext } from './selection.ts';

/** The one instance of a service that is asked for, with or without its name. */
export function selectService(context: SelectionContext): Selection {
  const { services, servicesDirectory, request } = context;
  const service = services.get(request.service ?? '');
  if (service === undefined) throw unknownService(request.service ?? '', services, servicesDirectory);
  return request.instance === undefined
    ? selectUnnamed(service, context)
    : selectNamed(service, request.instance, context);
}

/** The instance of the entry without a name; where there is no such entry, a new instance with defaults. */
function selectUnnamed(service: Service, context: SelectionContext): Selection {
  const entry = entriesOf(service.name, context.conf).find(isUnnamed);
  const instance = entry === undefined ? context.newName() : nameOfUnnamed(service.name, context);
  return {
    ...selectionOf(service, instance, entry, entry !== undefined),
    notices: entry === undefined ? [defaultsNotice(service.name, undefined, context.conf)] : [],
  };
}

/** The entry of exactly this instance applies, else the one without an instance name. */
function selectNamed(service: Service, instance: string, context: SelectionContext): Selection {
  const entries = entriesOf(service.name, context.conf);
  const entry = entries.find(({ values }) => values.instance === instance) ?? entries.find(isUnnamed);
  return {
    ...selectionOf(service, instance, entry, false),
    problems: nameProblems(service.name, instance, context),
    notices: entry === undefined ? [defaultsNotice(service.name, instance, context.conf)] : [],
  };
}

function isUnnamed({ values }: RunConfEntry): boolean {
  return typeof values.instance !== 'string';
}

function selectionOf(service: Service, instance: string, entry: RunConfEntry | undefined, unnamed: boolean): Selection {
  const selected = { key: instanceKey(service.name, instance), service, instance, entry, unnamed };
  return { selected: [selected], notAutostarted: [], problems: [], notices: [] };
}

/** What is wrong with an instance name of the command line. */
function nameProblems(service: string, instance: string, context: SelectionContext): readonly Problem[] {
  const key = instanceKey(service, instance);
  const complaint = labelComplaint('instance', instance) ?? keyComplaint(key);
  if (complaint !== undefined) return [{ where: '--instance', ...complaint }];
  const named = context.conf.entries.flatMap(({ values }) =>
    typeof values.instance === 'string' ? [{ service: values.service, instance: values.instance }] : [],
  );
  const other = [...named, ...context.own].find(
    (each) => each.service !== service && instanceKey(each.service, each.instance) === key,
  );
  if (other === undefined) return [];
  return [
    {
      where: '--instance',
      message: `the name ${key} belongs to service "${other.service}", instance "${other.instance}"`,
      suggestion: 'choose another instance name',
    },
  ];
}
