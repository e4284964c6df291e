import { UserError, type Problem } from '../../errors.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { findNearest } from '../../did-you-mean.ts';
import { labelComplaint, maxLabelLength } from '../conf/dns-label.ts';
import type { LoadedProject } from '../load-project.ts';
import { keyOf } from '../conf/run-conf-rules.ts';
import type { RunConf, RunConfEntry } from '../conf/run-conf-entry.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { type Service, type Services, unknownService } from '../services.ts';

/** One instance to be resolved, and the entry that says how. */
export interface Selected {
  readonly key: string;
  readonly service: Service;
  readonly instance: string;
  readonly entry: RunConfEntry | undefined;
  /** Owned by an entry without an instance name. */
  readonly unnamed: boolean;
}

export interface SelectionInput {
  readonly project: string;
  readonly conf: RunConf;
  readonly services: Services;
  readonly servicesDirectory: string;
  readonly request: RunRequest;
  readonly observed: ObservedState;
  /** Name for an instance that has none, drawn by the command. */
  readonly newName: () => string;
}

export interface Selection {
  readonly selected: readonly Selected[];
  /** Keys of instances that exist and do not run, and whose entries say `autostart: false`. */
  readonly notAutostarted: readonly string[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** Which instances a request means, in the order of run.conf, and which entry applies to each. */
export function selectEntries(input: SelectionInput): Selection {
  if (input.request.target === 'service') return selectService(input);
  const { entries, problems } = desiredEntries(input);
  const selections = entries.map((entry) => selectEntry(entry, input));
  return {
    selected: selections.flatMap(({ selected }) => selected),
    notAutostarted: notAutostartedKeys(entries, input),
    problems: [...problems, ...selections.flatMap((each) => each.problems)],
    notices: [],
  };
}

function desiredEntries(input: SelectionInput): {
  readonly entries: readonly RunConfEntry[];
  readonly problems: readonly Problem[];
} {
  const {
    conf: { entries },
    request: { target, group },
  } = input;
  if (target === 'entries') return { entries, problems: [] };
  if (target === 'all')
    return { entries: entries.filter((entry) => isAutostarted(entry) || isRunning(entry, input)), problems: [] };
  const wanted = entries.filter(({ values }) => values.group === group);
  if (wanted.length === 0) throw unknownGroup(group ?? '', entries);
  return { entries: wanted, problems: [] };
}

function notAutostartedKeys(wanted: readonly RunConfEntry[], input: SelectionInput): readonly string[] {
  const others = input.conf.entries.filter((entry) => !wanted.includes(entry));
  return others.flatMap((entry) =>
    ownInstances(input)
      .filter((own) => isOf(entry, own))
      .map(({ service, instance }) => keyOf(service, instance)),
  );
}

export function isAutostarted({ values: { autostart, autorun } }: RunConfEntry): boolean {
  return autostart ?? autorun ?? true;
}

/** Started by hand, it is wanted all the same: nothing is an orphan that run.conf knows. */
function isRunning(entry: RunConfEntry, input: SelectionInput): boolean {
  return ownInstances(input).some((own) => own.state === 'running' && isOf(entry, own));
}

function isOf({ values: { service, instance } }: RunConfEntry, own: OwnInstance): boolean {
  return own.service === service && (typeof instance === 'string' ? own.instance === instance : own.unnamed);
}

interface OwnInstance {
  readonly service: string;
  readonly instance: string;
  readonly unnamed: boolean;
  readonly state: string;
  readonly created: number;
}

function ownInstances({ observed, project }: SelectionInput): readonly OwnInstance[] {
  return observed.containers.flatMap(({ ownership, state, created }) => {
    if (ownership?.owner.kind !== 'project' || ownership.owner.name !== project) return [];
    return [{ service: ownership.service, instance: ownership.instance, unnamed: ownership.unnamed, state, created }];
  });
}

export function unknownGroup(group: string, entries: readonly RunConfEntry[]): UserError {
  const groups = [...new Set(entries.flatMap(({ values }) => values.group ?? []))].sort();
  const nearest = findNearest(group, groups);
  return new UserError(`no entry of run.conf is of group "${group}"`, {
    code: 'UNKNOWN_GROUP',
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      groups.length === 0 ? 'give entries a "group" in run.conf' : `groups here: ${groups.join(', ')}`,
    ],
  });
}

function selectEntry(entry: RunConfEntry, input: SelectionInput): Selection {
  const service = input.services.get(entry.values.service);
  if (service === undefined)
    return { selected: [], notAutostarted: [], problems: [unknownEntryService(entry, input)], notices: [] };
  const { instance } = entry.values;
  const named = typeof instance === 'string';
  const name = named ? instance : ownedName(entry.values.service, input);
  return {
    selected: [{ key: keyOf(service.name, name), service, instance: name, entry, unnamed: !named }],
    notAutostarted: [],
    problems: [],
    notices: [],
  };
}

function unknownEntryService(entry: RunConfEntry, { services, servicesDirectory }: SelectionInput): Problem {
  const { message, suggestions } = unknownService(entry.values.service, services, servicesDirectory);
  return { where: entry.places['service'] ?? entry.where, message, suggestion: suggestions.join('; ') };
}

/** The instance that the entry without a name owns already, the first by age; else the new one. */
function ownedName(service: string, input: SelectionInput): string {
  const owned = ownInstances(input)
    .filter((own) => own.service === service && own.unnamed)
    .sort((a, b) => a.created - b.created || (a.instance < b.instance ? -1 : 1));
  return owned[0]?.instance ?? input.newName();
}

function selectService(input: SelectionInput): Selection {
  const { conf, services, servicesDirectory, request } = input;
  const name = request.service ?? '';
  const service = services.get(name);
  if (service === undefined) throw unknownService(name, services, servicesDirectory);
  const problems = request.instance === undefined ? [] : commandNameProblems(name, request.instance, input);
  const entries = conf.entries.filter(({ values }) => values.service === name);
  const exact =
    request.instance === undefined ? undefined : entries.find(({ values }) => values.instance === request.instance);
  const unnamed = entries.find(({ values }) => typeof values.instance !== 'string');
  if (exact === undefined && unnamed !== undefined && request.instance === undefined)
    return selectEntry(unnamed, input);
  const instance = request.instance ?? input.newName();
  const entry = exact ?? unnamed;
  return {
    selected: [{ key: keyOf(name, instance), service, instance, entry, unnamed: false }],
    notAutostarted: [],
    problems,
    notices: entry === undefined ? [withoutEntry(name, request.instance, conf, entries)] : [],
  };
}

/** Told when no entry applies to the instance that is asked for; undefined when one does, or the service is unknown. */
export function missingEntry(
  { conf, services }: { readonly conf: RunConf; readonly services: Services },
  { target, service = '', instance }: RunRequest,
): string | undefined {
  if (target !== 'service' || !services.has(service)) return undefined;
  const entries = conf.entries.filter(({ values }) => values.service === service);
  const applies = entries.some(({ values }) => typeof values.instance !== 'string' || values.instance === instance);
  return applies ? undefined : withoutEntry(service, instance, conf, entries);
}

function commandNameProblems(service: string, instance: string, input: SelectionInput): readonly Problem[] {
  const complaint = labelComplaint('instance', instance);
  if (complaint !== undefined) return [{ where: '--instance', ...complaint }];
  const key = keyOf(service, instance);
  if (key.length > maxLabelLength)
    return [
      {
        where: '--instance',
        message: `the name ${key} is longer than the ${String(maxLabelLength)} characters of a host name`,
      },
    ];
  const named = input.conf.entries.flatMap(({ values }) =>
    typeof values.instance === 'string' ? [{ service: values.service, instance: values.instance }] : [],
  );
  const other = [...named, ...ownInstances(input)].find(
    (each) => each.service !== service && keyOf(each.service, each.instance) === key,
  );
  return other === undefined
    ? []
    : [
        {
          where: '--instance',
          message: `the name ${key} belongs to service "${other.service}", instance "${other.instance}"`,
          suggestion: 'give it another instance name',
        },
      ];
}

function withoutEntry(
  service: string,
  instance: string | undefined,
  conf: RunConf,
  entries: readonly RunConfEntry[],
): string {
  const known = entries.map(({ values }) => values.instance).filter((name) => typeof name === 'string');
  const what = instance === undefined ? `${service} without an instance name` : `${service},instance=${instance}`;
  return `${conf.file} has no entry for ${what}: defaults apply${known.length === 0 ? '' : ` (it has ${known.join(', ')})`}`;
}

/** The run conf that a request for all finds empty. */
export function emptyConf(
  { conf, confPath }: Pick<LoadedProject, 'conf' | 'confPath'>,
  { target }: RunRequest,
): string | undefined {
  return target === 'all' && conf.entries.length === 0 ? confPath : undefined;
}
