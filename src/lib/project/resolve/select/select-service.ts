import { runCommands } from './run-commands.ts';
import { UserError, type Problem } from '../../../errors.ts';
import { isMeant, isPattern } from '../../../model/wildcard.ts';
import { labelComplaint } from '../../conf/dns-label.ts';
import { instanceKey, keyComplaint } from '../../conf/instance-key.ts';
import { type RunConf, type RunConfEntry, entriesOf } from '../../conf/run-conf-entry.ts';
import { nothingMatches, type Service, unknownService } from '../../services.ts';
import { defaultsNotice } from './missing-entry.ts';
import { byAge, type OwnInstance } from './own-instances.ts';
import type { Selected } from './selected.ts';
import type { Selection, SelectionContext } from './selection.ts';

/** The instances of a service that are meant, with or without the name of one. */
export function selectService(context: SelectionContext): Selection {
  const { services, servicesDirectory, request } = context;
  if (isPattern(request)) return selectMatching(context);
  const service = services.get(request.service ?? '');
  if (service === undefined) throw unknownService(request.service ?? '', services, servicesDirectory);
  return request.instance === undefined
    ? selectUnnamed(service, context)
    : selectNamed(service, request.instance, context);
}

/** The instances that there are of all services that fit. */
function selectMatching(context: SelectionContext): Selection {
  const { request, own, services, servicesDirectory } = context;
  const words = { service: request.service ?? '', instance: request.instance };
  const matching = Map.groupBy(
    own.filter((each) => isMeant(words, each)),
    (each) => each.service,
  );
  if (matching.size === 0) throw nothingMatches(words);
  const selections = [...matching]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, there]) => {
      const service = services.get(name);
      if (service === undefined) throw unknownService(name, services, servicesDirectory);
      return selectThere(service, there, context);
    });
  return {
    selected: selections.flatMap(({ selected }) => selected),
    notAutostarted: [],
    problems: [],
    notices: selections.flatMap(({ notices }) => notices),
  };
}

/** Those that there are; else that of the entry without a name; where there is no such entry, one with defaults. */
function selectUnnamed(service: Service, context: SelectionContext): Selection {
  const { request, conf, own, newName } = context;
  const there = own.filter((each) => each.service === service.name);
  if (there.length > 0 && request.newInstance !== 'always') return selectThere(service, there, context);
  const entries = entriesOf(service.name, conf);
  const entry = entries.find(isUnnamed);
  const replicas = entries.filter(({ values }) => values.replicas !== undefined);
  if (entry === undefined && replicas.length > 0 && there.length === 0) return selectReplicas(service, replicas);
  if (entry === undefined && request.newInstance === 'never') throw nothingThere(service.name, conf);
  return {
    ...selectionOf(service, newName(), entry, entry !== undefined && !there.some(({ unnamed }) => unnamed)),
    notices: entry === undefined ? [defaultsNotice(service.name, undefined, conf)] : [],
  };
}

function selectReplicas(service: Service, replicas: readonly RunConfEntry[]): Selection {
  const selections = replicas.map((entry) => selectionOf(service, entry.values.instance ?? '', entry, false));
  return { selected: selections.flatMap(({ selected }) => selected), notAutostarted: [], problems: [], notices: [] };
}

/** Oldest first, each with the entry that applies to it. */
function selectThere(service: Service, there: readonly OwnInstance[], { conf }: SelectionContext): Selection {
  const entries = entriesOf(service.name, conf);
  const unique = there
    .filter(({ instance }, index) => there.findIndex((other) => other.instance === instance) === index)
    .toSorted(byAge);
  const selected = unique.map(({ instance, unnamed }): Selected => {
    const entry = entryFor(instance, entries);
    const isOwned = unnamed && isUnnamed(entry);
    return { key: instanceKey(service.name, instance), service, instance, entry, unnamed: isOwned };
  });
  return {
    selected,
    notAutostarted: [],
    problems: [],
    notices: selected
      .filter(({ entry }) => entry === undefined)
      .map(({ instance }) => defaultsNotice(service.name, instance, conf)),
  };
}

function nothingThere(service: string, conf: RunConf): UserError {
  return new UserError(`${service} has no instance`, {
    code: 'NO_INSTANCE',
    suggestions: runCommands(service, undefined, conf),
  });
}

/**
 * The entry of exactly this instance applies, else the one without an instance name. The instance that the latter owns
 * stays its own when it is called by its generated name.
 */
function selectNamed(service: Service, instance: string, context: SelectionContext): Selection {
  const entries = entriesOf(service.name, context.conf);
  const entry = entryFor(instance, entries);
  const known = context.own.find((each) => each.service === service.name && each.instance === instance);
  return {
    ...selectionOf(service, instance, entry, known?.unnamed === true && isUnnamed(entry)),
    problems: nameProblems(service.name, instance, context),
    notices: entry === undefined ? [defaultsNotice(service.name, instance, context.conf)] : [],
  };
}

function entryFor(instance: string, entries: readonly RunConfEntry[]): RunConfEntry | undefined {
  return entries.find(({ values }) => values.instance === instance) ?? entries.find(isUnnamed);
}

function isUnnamed(entry: RunConfEntry | undefined): boolean {
  return entry !== undefined && typeof entry.values.instance !== 'string';
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
