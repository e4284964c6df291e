import { runCommands } from './run-commands.ts';
import { UserError, type Problem } from '../../../errors.ts';
import { isMeant, isPattern } from '../../../model/wildcard.ts';
import { labelComplaint } from '../../conf/dns-label.ts';
import { instanceKey, keyComplaint } from '../../conf/instance-key.ts';
import { type RunConf, type RunConfEntry, entriesOf, placeIn } from '../../conf/run-conf-entry.ts';
import { missingFolder, nothingMatches, type Service, unknownService } from '../../services.ts';
import { defaultsNotice, imageProblems } from './missing-entry.ts';
import { entryFor, isUnnamed, type OwnInstance } from './own-instances.ts';
import { leftNotices, oldestFirst, selectThere, splitLeft } from './select-there.ts';
import { nothing, type Selection, type SelectionContext } from './selection.ts';

/** The instances of a service that are meant, with or without the name of one. */
export function selectService(context: SelectionContext): Selection {
  const { services, request } = context;
  if (isPattern(request)) return selectMatching(context);
  const service = services.get(request.service ?? '');
  if (service === undefined) throw withoutFolder(request.service ?? '', context);
  return request.instance === undefined
    ? selectUnnamed(service, context)
    : selectNamed(service, request.instance, context);
}

/** The instances that there are of all services that fit. */
function selectMatching(context: SelectionContext): Selection {
  const { request, own } = context;
  const words = { service: request.service ?? '', instance: request.instance };
  const matching = Map.groupBy(
    own.filter((each) => isMeant(words, each)),
    (each) => each.service,
  );
  if (matching.size === 0) throw nothingMatches(words);
  const selections = [...matching]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, there]) => selectExisting(name, there, context));
  return {
    selected: selections.flatMap(({ selected }) => selected),
    notAutostarted: [],
    problems: selections.flatMap(({ problems }) => problems),
    notices: selections.flatMap(({ notices }) => notices),
  };
}

/** Of a service that has left the project as well, instances are left as they are. */
function selectExisting(name: string, there: readonly OwnInstance[], context: SelectionContext): Selection {
  const { services, conf } = context;
  const service = services.get(name);
  const [entry] = entriesOf(name, conf);
  if (service !== undefined) return selectThere(service, there, context);
  if (entry === undefined) return { ...nothing, notices: leftNotices(there, context) };
  const { message, suggestions } = withoutFolder(name, context);
  return { ...nothing, problems: [{ where: placeIn(entry, 'service'), message, suggestion: suggestions.join('; ') }] };
}

/** Those that there are; else that of the entry without a name; where there is no such entry, one with defaults. */
function selectUnnamed(service: Service, context: SelectionContext): Selection {
  const { request, conf, own, newName } = context;
  const there = own.filter((each) => each.service === service.name);
  const { meant, left } = splitLeft(service.name, there, conf);
  const isNew = request.newInstance === 'always';
  if (meant.length > 0 && !isNew) return selectThere(service, there, context);
  const entries = entriesOf(service.name, conf);
  const entry = entries.find(isUnnamed);
  const replicas = entries.filter(({ values }) => values.replicas !== undefined);
  if (entry === undefined && replicas.length > 0 && meant.length === 0)
    return { ...selectReplicas(service, replicas), notices: leftNotices(left, context) };
  if (entry === undefined && (request.newInstance === 'never' || (left.length > 0 && !isNew)))
    throw nothingThere(service.name, left, conf);
  const instance = newName();
  return {
    ...selectionOf(service, instance, entry, entry !== undefined && !there.some(({ unnamed }) => unnamed)),
    problems: entry === undefined ? imageProblems(service, instance, conf) : [],
    notices: entry === undefined ? [defaultsNotice(service, undefined, conf)] : [],
  };
}

function selectReplicas(service: Service, replicas: readonly RunConfEntry[]): Selection {
  const selections = replicas.map((entry) => selectionOf(service, entry.values.instance ?? '', entry, false));
  return { ...nothing, selected: selections.flatMap(({ selected }) => selected) };
}

function nothingThere(service: string, left: readonly OwnInstance[], conf: RunConf): UserError {
  const names = oldestFirst(left).map(({ instance }) => instance);
  const which =
    names.length === 0 ? '' : ` that is in ${conf.file}: it has ${names.join(', ')}, which the file has not`;
  return new UserError(`${service} has no instance${which}`, {
    code: 'NO_INSTANCE',
    suggestions: [
      ...runCommands(service, undefined, conf),
      ...names.map((name) => `to remove what is left of it: dockerops clean:${service},instance=${name}`),
    ],
  });
}

/** For a service that a command names. */
function withoutFolder(name: string, { services, servicesDirectory, conf, own }: SelectionContext): UserError {
  const isThere = own.some(({ service }) => service === name);
  if (!isThere && entriesOf(name, conf).length === 0) return unknownService(name, services, servicesDirectory);
  return missingFolder(name, services, servicesDirectory, isThere);
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
    problems: [
      ...nameProblems(service.name, instance, context),
      ...(entry === undefined ? imageProblems(service, instance, context.conf) : []),
    ],
    notices: entry === undefined ? [defaultsNotice(service, instance, context.conf)] : [],
  };
}

function selectionOf(service: Service, instance: string, entry: RunConfEntry | undefined, unnamed: boolean): Selection {
  const selected = { key: instanceKey(service.name, instance), service, instance, entry, unnamed };
  return { ...nothing, selected: [selected] };
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
